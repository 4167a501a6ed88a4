# SPDX-License-Identifier: Apache-2.0
"""The machine code for GPUs that lies in a library: machine_code_test.py LIBRARY ARCHITECTURES, such as "75-real,120".

nvcc puts images one after the other into a fat binary: a header (magic number, version, its own size, the size of what follows),
then for each image one of its own (kind: 1 is intermediate code, 2 machine code; its own size; the image's size; architecture).
"""
import struct
import sys

MAGIC = struct.pack("<I", 0xBA55ED50)
KINDS = {1: "virtual", 2: "real"}


def images(data):
    """(architecture, kind) of every image in the bytes of a library."""
    found, at = set(), data.find(MAGIC)
    while at >= 0:
        _, size_of_header, size = struct.unpack_from("<HHQ", data, at + 4)
        image, end = at + size_of_header, at + size_of_header + size
        while image + 32 <= min(end, len(data)):
            kind, _, header, length = struct.unpack_from("<HHIQ", data, image)
            if kind not in KINDS or header == 0:
                break
            found.add((struct.unpack_from("<I", data, image + 28)[0], KINDS[kind]))
            image += header + length
        at = data.find(MAGIC, at + 4)
    return found


def wanted(architectures):
    """What CMAKE_CUDA_ARCHITECTURES asks for, with commas; a bare number is both kinds."""
    for word in architectures.split(","):
        number, _, kind = word.partition("-")
        yield from ((int(number), each) for each in ([kind] if kind else ["real", "virtual"]))


def main():
    library, architectures = sys.argv[1:]
    with open(library, "rb") as file:
        there = images(file.read())
    missing = sorted(set(wanted(architectures)) - there)
    print(f"{library}: {sorted(there)}")
    if missing:
        sys.exit(f"expected also {missing}")


if __name__ == "__main__":
    main()
