# SPDX-License-Identifier: Apache-2.0
"""MNIST and CIFAR-10 as uint8 tensors [N,C,H,W] with int64 labels: training part, then test part."""
import gzip
import struct
import sys
from pathlib import Path

import torch

CIFAR10_RECORD = 1 + 3 * 32 * 32  # label, then red, green and blue


def read(folder, names):
    """The bytes of the first of these files that is there."""
    for name in names:
        path = Path(folder) / name
        if path.exists():
            raw = path.read_bytes()
            return bytearray(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    sys.exit(f"{folder}: found none of {', '.join(names)}; docs/reference/data.md says where to get them")


def idx(folder, stem):
    dotted = stem.replace("-idx", ".idx")
    raw = read(folder, (stem, stem + ".gz", dotted, dotted + ".gz"))
    dimensions = raw[3]
    shape = struct.unpack_from(f">{dimensions}I", raw, 4)
    return torch.frombuffer(raw, dtype=torch.uint8, offset=4 + 4 * dimensions).reshape(shape).clone()


def mnist(folder):
    return (idx(folder, "train-images-idx3-ubyte").unsqueeze(1), idx(folder, "train-labels-idx1-ubyte").long(),
            idx(folder, "t10k-images-idx3-ubyte").unsqueeze(1), idx(folder, "t10k-labels-idx1-ubyte").long())


def cifar10(folder):
    def batch(name):
        records = torch.frombuffer(read(folder, (name, name + ".gz")), dtype=torch.uint8).reshape(-1, CIFAR10_RECORD)
        return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0].long()
    images, labels = zip(*(batch(f"data_batch_{number}.bin") for number in range(1, 6)))
    return torch.cat(images), torch.cat(labels), *batch("test_batch.bin")


def balanced(labels, count, seed):
    """Indices of `count` samples, as many of each class."""
    generator = torch.Generator().manual_seed(seed)
    classes = int(labels.max()) + 1
    picks = []
    for label in range(classes):
        of_class = (labels == label).nonzero().flatten()
        picks.append(of_class[torch.randperm(len(of_class), generator=generator)[:count // classes]])
    return torch.cat(picks)
