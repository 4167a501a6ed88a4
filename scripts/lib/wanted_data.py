# SPDX-License-Identifier: Apache-2.0
"""What scripts say where MNIST, CIFAR-10 or the photos are missing: the files, the flag for their folder, where to get them."""

FLAGS = {"MNIST": "--data", "CIFAR10": "--cifar", "PHOTOS": "--photos"}
FILES = {"MNIST": "MNIST's four files (train-images-idx3-ubyte.gz and so on)",
         "CIFAR10": "CIFAR-10's binary files (data_batch_1.bin to data_batch_5.bin, test_batch.bin)",
         "PHOTOS": "photos of cats and dogs (cat.0.jpg, dog.0.jpg and so on)"}
FIRST = {"MNIST": "train-images", "CIFAR10": "data_batch_1.bin", "PHOTOS": "cat."}


def lies_in(folder, data):
    return folder.is_dir() and any(path.name.startswith(FIRST[data]) for path in folder.iterdir())


def complaint(path, data):
    return (f"expected {FILES[data]} in {path}, found none: name their folder with {FLAGS[data]}; "
            "docs/reference/data.md says where to get them")
