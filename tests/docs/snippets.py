# SPDX-License-Identifier: Apache-2.0
"""A code block that names a file, as in ```cpp plugins/vat/vat.cpp, is a run of that file's lines, to the letter."""
import re

from tree import files, main

BLOCK = re.compile(r"^```(\w+) +(\S+)\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)


def check(root):
    complaints, count = [], 0
    for page in (f for f in files(root) if f.suffix == ".md"):
        for _, name, block in BLOCK.findall((root / page).read_text()):
            count += 1
            source = root / name
            if not source.is_file():
                complaints.append(f"{page}: a block from {name}: there is no such file")
                continue
            if "\n" + block not in "\n" + source.read_text():
                first = next((line for line in block.splitlines() if line.strip() and
                              line not in source.read_text().splitlines()), "the order of its lines")
                complaints.append(f"{page}: a block is not what {name} says: {first.strip()}")
    return complaints, count


if __name__ == "__main__":
    main(check)
