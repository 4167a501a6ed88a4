# SPDX-License-Identifier: Apache-2.0
"""What the machine is, and whether all libraries are found."""
import json
import platform
import shutil
import subprocess

import place as places

import bench  # place.py says where scripts/lib lies

QUERY = "name,compute_cap,driver_version,memory.total,clocks.max.sm,clocks.max.mem,power.limit"


def cards():
    if not shutil.which("nvidia-smi"):
        return []
    done = subprocess.run(["nvidia-smi", f"--query-gpu={QUERY}", "--format=csv,noheader"], capture_output=True, text=True)
    return [dict(zip(QUERY.split(","), (v.strip() for v in line.split(",")))) for line in done.stdout.splitlines()]


def missing_libraries(place):
    """What the loader does not find, for the worker, our libraries (what needs CUDA is loaded later) and each plugin."""
    missing, libraries = {}, place.tree / "lib"
    for file in [place.tree / "bin" / "sslhost-worker", *libraries.glob("libsslhost*.so.*"), *(libraries / "sslhost" / "plugins").glob("*.so")]:
        text = place.run(["ldd", file], 20)
        lost = [line.split()[0] for line in text.splitlines() if "not found" in line]
        if lost:
            missing[file.name] = lost
    return missing


def environment(place):
    missing = missing_libraries(place)
    versions = place.python("-c", "import json, torch; print(json.dumps([torch.__version__, torch.version.cuda, "
                            "torch.backends.cudnn.version(), torch.cuda.is_available()]))", seconds=40)
    torch, cuda, cudnn, usable = json.loads(versions.splitlines()[-1])
    found = {"cards": cards(), "processor": bench.machine()["cpu"], "system": platform.platform(), "python": platform.python_version(),
             "torch": torch, "cuda": cuda, "cudnn": cudnn, "torch_sees_a_card": usable,
             "doctor": place.sslhost("doctor", seconds=40), "missing_libraries": missing}
    if missing:
        raise places.Failed(f"libraries that are not found: {missing}")
    return found
