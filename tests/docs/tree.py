# SPDX-License-Identifier: Apache-2.0
"""The files of a source tree, and a main() for the checks in this folder."""
import sys
from pathlib import Path

# What .gitignore names, and git's own.
GENERATED = {".git", "build", "runs", ".cache", ".venv", "__pycache__"}


def files(root):
    """All source files, as paths relative to the root, in order."""
    found = []
    for path in sorted(Path(root).rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and not GENERATED.intersection(inside.parts):
            found.append(inside)
    return found


def main(check):
    """`check.py ROOT`: prints every complaint of check(root); ends with 1 when there is one."""
    complaints, looked_at = check(Path(sys.argv[1]).resolve())
    for complaint in complaints:
        print(complaint)
    print(f"{looked_at} looked at, {len(complaints)} complaints")
    if looked_at == 0:
        sys.exit("nothing was looked at: a check that finds nothing to check has failed")
    sys.exit(1 if complaints else 0)
