# SPDX-License-Identifier: Apache-2.0
"""Makes an installation one that stands on its own.

Libraries that are neither ours, nor LibTorch's, nor the C and C++ libraries go to lib/bundled, with their licences; the
run paths of all files become relative; what remains of the builder's folders is an error.
"""
import os
import re
import shutil
import subprocess
from pathlib import Path

# LibTorch brings them, CUDA's runtime and OpenMP's among them.
OF_TORCH = re.compile(r"lib(torch|c10|cudart|gomp)")
# glibc and gcc: the system's own must be used, since LibTorch uses them too.
OF_SYSTEM = re.compile(r"(lib(c|m|dl|rt|pthread|stdc\+\+|gcc_s)\.so|ld-linux)")
# Linked into our files where the builder's machine has them (their CMakeLists.txt say why), and so to be named as well.
LINKED_IN = ("libarchive.a", "libexpat.a", "libminizip.a", "libnettle.a")
# Where LibTorch lies beside an installation in a Python environment.
BESIDE = ("../torch/lib", "../nvidia/cu13/lib")


class Unfit(Exception):
    """An installation that cannot be made to stand on its own."""


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def is_elf(path):
    if path.is_symlink() or not path.is_file():
        return False
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def elf_files(tree):
    return sorted(path for path in Path(tree).rglob("*") if is_elf(path))


def where_libraries_are(file):
    """SONAME -> path, as the loader finds them now."""
    found = re.findall(r"^\s*(\S+) => (/\S+)", output("ldd", str(file)), flags=re.M)
    return {name: Path(path) for name, path in found}


def wanted(file):
    """The SONAMEs of libraries that must come along with `file`."""
    names = output("patchelf", "--print-needed", str(file)).split()
    return [n for n in names if not OF_TORCH.match(n) and not OF_SYSTEM.match(n) and not n.startswith("libsslhost")]


def bundle_libraries(tree):
    """Copies what is needed, and what that needs, to lib/bundled; returns the paths copied from."""
    bundled, copied = tree / "lib" / "bundled", {}
    bundled.mkdir(parents=True, exist_ok=True)
    waiting = elf_files(tree)
    while waiting:
        file = waiting.pop()
        places = where_libraries_are(copied.get(file.name, file))
        for name in wanted(file):
            if name in copied:
                continue
            if name not in places:
                raise Unfit(f"{file}: its library {name} is not on this machine")
            shutil.copy(places[name].resolve(), bundled / name)
            copied[name] = places[name].resolve()
            waiting.append(bundled / name)
    return sorted(copied.values())


def linked_in():
    """Paths of the libraries that files of ours may contain."""
    places = (Path(output("cc", f"-print-file-name={name}").strip()) for name in LINKED_IN)
    return [path.resolve() for path in places if path.is_absolute()]


def copy_licences(tree, libraries):
    """share/doc/sslhost/licences/PACKAGE, from Debian's copyright files."""
    folder = tree / "share" / "doc" / "sslhost" / "licences"
    folder.mkdir(parents=True, exist_ok=True)
    for library in libraries:
        package = owner(library)
        source = Path("/usr/share/doc") / package / "copyright"
        if not source.is_file():
            raise Unfit(f"{library}: no licence of its package {package} at {source}")
        shutil.copy(source.resolve(), folder / package)


def owner(library):
    """The Debian package that a file belongs to. dpkg knows libraries below /lib or below /usr/lib."""
    for path in (str(library), str(library).removeprefix("/usr")):
        found = subprocess.run(["dpkg-query", "--search", path], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    raise Unfit(f"{library}: belongs to no Debian package, so that its licence is not known")


def one_file_each(tree):
    """Of our libraries the one file that the loader asks for: archives of Python would hold a copy for each link."""
    targets = tree / "lib/cmake/sslhost/sslhostTargets-release.cmake"
    text = targets.read_text()
    for library in sorted((tree / "lib").glob("libsslhost*.so*")):
        if library.is_symlink():
            continue
        soname = output("patchelf", "--print-soname", str(library)).strip()
        for other in (tree / "lib").glob(f"{library.name.split('.so')[0]}.so*"):
            if other.is_symlink():
                other.unlink()
        text = text.replace(f"/lib/{library.name}\"", f"/lib/{soname}\"")
        library.rename(library.with_name(soname))
    targets.write_text(text)


def set_run_paths(tree):
    for file in elf_files(tree):
        folders = ["lib", "lib/bundled", *BESIDE]
        relative = ("$ORIGIN/" + os.path.relpath(tree / folder, file.parent) for folder in folders)
        output("patchelf", "--set-rpath", ":".join(relative), str(file))


def refuse_traces(tree, folders):
    """No file names a folder of the machine that it was built on."""
    for path in sorted(tree.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        content = path.read_bytes()
        for folder in folders:
            at = content.find(os.fsencode(f"{folder}/"))
            if at >= 0:
                text = content[at:at + 100].split(b"\0")[0].decode(errors="replace")
                raise Unfit(f"{path.relative_to(tree)}: names a folder of this machine, {text}")


def newest_glibc(tree):
    """The C library that the files ask for, as (2, 36)."""
    versions = {(2, 17)}
    for file in elf_files(tree):
        found = re.findall(r"GLIBC_(\d+)\.(\d+)", output("readelf", "--version-info", "--wide", str(file)))
        versions.update((int(major), int(minor)) for major, minor in found)
    return max(versions)


def stand_alone(tree, folders_of_builder):
    tree = Path(tree)
    one_file_each(tree)
    copy_licences(tree, bundle_libraries(tree) + linked_in())
    set_run_paths(tree)
    (tree / "lib/cmake/sslhost/SslhostTorchUsed.cmake").unlink(missing_ok=True)
    refuse_traces(tree, folders_of_builder)
