# SPDX-License-Identifier: Apache-2.0
"""The include rule (docs/explanation/architecture.md), the licence line and the length of every source file."""
import re

from tree import files, main

LONGEST = 300
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
CODE = {".cpp", ".hpp", ".cu", ".cuh"}
LICENSED = CODE | {".py", ".sh", ".cmake"}

LIBTORCH = ("torch/", "ATen/", "c10/", "caffe2/")
CUDA = ("cuda", "cub/", "thrust/", "cooperative_groups")
DECODERS = ("zlib.h", "png.h", "jpeglib.h", "jerror.h", "gif_lib.h", "webp/decode.h", "webp/demux.h", "archive.h",
            "archive_entry.h")
SYSTEM = ("fcntl.h", "sched.h", "sys/file.h", "sys/mman.h", "sys/stat.h", "sys/statvfs.h", "unistd.h")
HASHES = ("nettle/sha2.h",)
JSON = ("nlohmann/json.hpp",)  # for what a dataset leaves with a model
# What several datasets share: a file format, and tables of text.
SHARED = ("datasets/idx/", "datasets/delimited/")
SHARED_BY_METHODS = ("plugins/common/",)
# What a folder of photos means, without a decoder: for host/labeling.
FOLDERS = ("datasets/images/", "datasets/delimited/")
STANDARD = re.compile(r"^[a-z_0-9]+$")  # <vector>; what ends in .h is C's, the compiler's or a library's


# The rooms of host/, lowest first: a room includes those before it and no others (docs/explanation/architecture.md).
ROOMS = ("storage", "log", "weights", "fetch", "discovery", "loading", "device", "parallel", "operators", "encode", "data", "selection", "config", "survey", "optim",
         "model", "evaluate", "run", "trainer", "cards", "inference", "export", "report", "comparison", "labeling", "engine", "validate",
         "commands", "programs")
# The rooms of sdk/src, lowest first.
SDK_ROOMS = ("base", "kernels", "training", "nn", "cards", "networks", "method", "testing")


def is_order(rooms, prefix, path, name):
    """Whether the file at `path`, in a room below `prefix`, may include `name` by the order of rooms."""
    own, other = path.parts[len(prefix)], name.split("/")[len(prefix)]
    return own not in rooms or other not in rooms or rooms.index(other) <= rooms.index(own)


def allowed(root, path, name):
    """Whether the file at `path` may include `name`."""
    room = path.parts[0]
    if STANDARD.match(name) or name.startswith("sslhost/") or name.startswith(LIBTORCH):
        # The engine's header lies in host/include: not for plugins, datasets and the SDK.
        return not (name == "sslhost/engine.hpp" and room in ("plugins", "datasets", "sdk"))
    if room == "sdk":
        if name.startswith("sdk/src/") and path.parts[:2] == ("sdk", "src"):
            return is_order(SDK_ROOMS, ("sdk", "src"), path, name)
        own = name in ("cpuid.h", "dlfcn.h", "emmintrin.h") or is_cuda(path, name) or is_own(root, path, name)
        return "include" not in path.parts and own
    if room == "plugins":
        return is_own(root, path, name) or is_cuda(path, name) or name.startswith(SHARED_BY_METHODS)
    if room == "datasets":
        return is_own(root, path, name) or name in DECODERS + SYSTEM + HASHES + JSON or name.startswith(SHARED)
    if room == "host":
        if name.startswith("host/"):
            return is_order(ROOMS, ("host",), path, name)
        # A page of photos shows what training would read: the same reader finds them.
        if path.parts[1] == "labeling" and name.startswith(FOLDERS):
            return True
        return not name.startswith(("plugins/", "datasets/", "tests/"))
    return True


def is_own(root, path, name):
    """A file of the plugin's own folder: beside it, or named from the root."""
    beside = "/" not in name and (root / path.parent / name).is_file()
    return beside or name.startswith("/".join(path.parts[:2]) + "/") and ".." not in name


def is_cuda(path, name):
    return (path.suffix in (".cu", ".cuh") or path.parent.name == "cuda") and name.startswith(CUDA)


def is_licensed(path, text):
    return path.suffix in LICENSED or path.name == "CMakeLists.txt" or text.startswith("#!")


def check(root):
    complaints, count = [], 0
    for path in files(root):
        text = (root / path).read_bytes().decode("utf-8", errors="replace")
        if not is_licensed(path, text):
            continue
        count += 1
        if "SPDX-License-Identifier: Apache-2.0" not in "\n".join(text.split("\n", 2)[:2]):
            complaints.append(f"{path}: no SPDX line at its beginning")
        lines = text.count("\n")
        if lines > LONGEST:
            complaints.append(f"{path}: {lines} lines, {LONGEST} at most")
        if path.suffix in CODE:
            complaints += [f"{path}: must not include {name}" for _, name in INCLUDE.findall(text)
                           if not allowed(root, path, name)]
    return complaints, count


if __name__ == "__main__":
    main(check)
