# SPDX-License-Identifier: Apache-2.0
"""What scripts/bench times: a recipe of sslhost, and the script that does the same work in PyTorch eager."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    title: str
    flags: tuple  # of sslhost; the number of iterations follows
    script: str  # the peer's, in --peers
    peer_flags: tuple  # its number of iterations follows
    steps: str = "steps"  # what the peer calls its iterations in its JSON
    seconds: str = "seconds"
    phase: str = "train"
    most: int = 0  # iterations that the peer can do in one go; 0: any number
    data: str = "MNIST"


CIFAR = {"data": "CIFAR10", "most": 1328}  # an epoch of the peer
R4 = {"script": "keras_vat.py", "most": 469}
R5 = ("--recipe", "autoencoder-transfer/cifar10")

CASES = {
    "r1": Case("R1, VAT on a multi-layer perceptron", ("--recipe", "vat/mnist-100-mlp", "--iterations"),
               "vat_mlp.py", ("--tuned", "--warmup", "0", "--iters"), "iters"),
    "r2": Case("R2, VAT on a small CNN", ("--recipe", "vat/mnist-100-cnn", "--iterations"),
               "vat_cnn.py", ("--tuned", "--warmup", "0", "--iters"), "iters"),
    "r4": Case("R4, cross entropy alone", ("--recipe", "supervised/mnist-full-cnn", "--iterations"),
               peer_flags=("--epochs", "1", "--max-batches"), **R4),
    "r4-vat": Case("R4 with VAT", ("--recipe", "vat/mnist-full-cnn", "--iterations"),
                   peer_flags=("--vat", "--epochs", "1", "--max-batches"), **R4),
    "r5-reconstruct": Case("R5, autoencoder", (*R5, "--iterations", "1", "--reconstruct-iterations"), "ae_transfer.py",
                           ("--ae-epochs", "1", "--epochs", "0", "--max-batches"), "ae_steps", "ae_s",
                           "reconstruct", **CIFAR),
    "r5-classify": Case("R5, classifier on the frozen encoder", (*R5, "--reconstruct-iterations", "1", "--iterations"),
                        "ae_transfer.py", ("--ae-epochs", "0", "--epochs", "1", "--max-batches"),
                        "head_steps", "head_s", "classify", **CIFAR),
}
