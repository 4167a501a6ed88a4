# SPDX-License-Identifier: Apache-2.0
"""CIFAR-10's six binary files, where only a copy as JPEG files with its own jpeg_to_bin.py is at hand."""
import subprocess
import sys
import venv
from pathlib import Path

FILES = (*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin")
REBUILT = "rebuilt from JPEG files, quality 75"


def is_there(folder):
    return all((folder / name).exists() for name in FILES)


def needs_rebuilding(source):
    return not is_there(source) and (source / "jpeg_to_bin.py").exists()


def rebuild(source, target):
    """Runs the copy's program, with Pillow in an environment of its own."""
    if is_there(target):
        return
    home = target.parent / "pillow"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "Pillow"], check=True)
    target.mkdir(parents=True, exist_ok=True)
    subprocess.run([python, "-B", source / "jpeg_to_bin.py", target], check=True)


if __name__ == "__main__":
    rebuild(*map(Path, sys.argv[1:]))
