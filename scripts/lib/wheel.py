# SPDX-License-Identifier: Apache-2.0
"""Writes a wheel: the zip archive that `pip install` takes (binary distribution format of Python's packaging guide, 1.0)."""
import base64
import hashlib
import os
import zipfile
from pathlib import Path

# What `sslhost` of a Python environment runs: the program takes the place of Python.
STARTER = '''# SPDX-License-Identifier: Apache-2.0
"""sslhost is a C++ program: this starts it, and is gone."""
import os
import sys


def main():
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin", "sslhost")
    os.execv(program, [program, *sys.argv[1:]])
'''
AS_MODULE = "# SPDX-License-Identifier: Apache-2.0\nfrom sslhost import main\n\nmain()\n"


def metadata(version, torch, readme):
    minor = ".".join(torch.split(".")[:2])
    lines = ["Metadata-Version: 2.1", "Name: sslhost", f"Version: {version}",
             "Summary: Train an image classifier when you have a thousand pictures and fifty labels",
             "License: Apache-2.0", "Requires-Python: >=3.9", f"Requires-Dist: torch=={minor}.*",
             "Classifier: Programming Language :: C++", "Classifier: Operating System :: POSIX :: Linux",
             "Classifier: Topic :: Scientific/Engineering :: Artificial Intelligence",
             "Description-Content-Type: text/markdown"]
    return "\n".join(lines) + "\n\n" + readme


class Archive:
    """Files of a wheel, in the order of their names and with one date: the same bytes from the same files."""

    def __init__(self, path):
        self.zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9)
        self.record = []

    def add(self, name, content, executable=False):
        entry = zipfile.ZipInfo(name, date_time=(2020, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = (0o100755 if executable else 0o100644) << 16
        self.zip.writestr(entry, content)
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        self.record.append(f"{name},sha256={digest},{len(content)}\n")

    def close(self, record_name):
        text = "".join(self.record) + f"{record_name},,\n"
        self.add(record_name, text.encode())
        self.zip.close()


def write_wheel(tree, folder, version, torch, glibc, readme):
    """sslhost-VERSION-py3-none-manylinux_MAJOR_MINOR_x86_64.whl of the installation in `tree`; returns its path."""
    tag = f"py3-none-manylinux_{glibc[0]}_{glibc[1]}_x86_64"
    path = Path(folder) / f"sslhost-{version}-{tag}.whl"
    unfinished = path.with_suffix(".part")
    info = f"sslhost-{version}.dist-info"
    archive = Archive(unfinished)
    archive.add("sslhost/__init__.py", STARTER.encode())
    archive.add("sslhost/__main__.py", AS_MODULE.encode())
    for file in sorted(Path(tree).rglob("*")):
        if file.is_file():
            archive.add(f"sslhost/{file.relative_to(tree)}", file.read_bytes(), os.access(file, os.X_OK))
    archive.add(f"{info}/METADATA", metadata(version, torch, readme).encode())
    archive.add(f"{info}/WHEEL", f"Wheel-Version: 1.0\nGenerator: sslhost\nRoot-Is-Purelib: false\nTag: {tag}\n".encode())
    archive.add(f"{info}/entry_points.txt", b"[console_scripts]\nsslhost = sslhost:main\n")
    archive.close(f"{info}/RECORD")
    unfinished.replace(path)
    return path
