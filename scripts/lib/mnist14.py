# SPDX-License-Identifier: Apache-2.0
"""MNIST at 14x14 (means of 2x2 pixels), inverted: a data set that no default was chosen on (docs/explanation/xi.md).

mnist14.py MNIST TARGET: reads MNIST's four .gz files and writes the same four, smaller.
"""
import gzip
import struct
import sys
from pathlib import Path

IMAGES = ("train-images-idx3-ubyte", "t10k-images-idx3-ubyte")
LABELS = ("train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte")


def halved(raw):
    """IDX images of even height and width; each pixel the mean of four, rounded down, taken from 255."""
    magic, count, height, width = struct.unpack_from(">4I", raw)
    rows = [raw[16 + i * width:16 + (i + 1) * width] for i in range(count * height)]
    out = bytearray(struct.pack(">4I", magic, count, height // 2, width // 2))
    for upper, lower in zip(rows[::2], rows[1::2]):
        out += bytes(255 - (a + b + c + d) // 4
                     for a, b, c, d in zip(upper[::2], upper[1::2], lower[::2], lower[1::2]))
    return bytes(out)


def write(source, target):
    source, target = Path(source), Path(target)
    target.mkdir(parents=True, exist_ok=True)
    for name in IMAGES + LABELS:  # the last one being there says that all are
        raw = gzip.decompress((source / f"{name}.gz").read_bytes())
        temporary = target / f"{name}.new"
        temporary.write_bytes(halved(raw) if name in IMAGES else raw)
        temporary.replace(target / name)


if __name__ == "__main__":
    write(*sys.argv[1:])
