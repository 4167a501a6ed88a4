#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/golden/networks/*.txt: what PyTorch (written with torch 2.11.0+cu130, CPU, float64) computes for each network.

Weights, inputs and the direction in which gradients are taken come from a closed formula of name and index, `values`, that
networks_test.cpp computes too; so the files hold results only. Each line: what, then numbers with 17 digits.
  logits                   all of them (or of a generator's images: their sum, their projection, the first 8)
  input, and each parameter: sum, projection (dot product with values) and first three elements of d loss / d it, where the
  loss is the projection of the logits
The twins (twins.py, photo_twins.py) are written from the papers and from torch's layers; parameter names are those of the usual PyTorch versions.
Noise and dropout are off. Usage: tests/golden/networks.py (in an environment with torch)."""
import pathlib

import torch
import torch.nn as nn

from photo_twins import VisionTransformer, basic, bottleneck, convnext_tiny, efficientnet_lite, resnet, smooth, with_offset
from twins import Images, cnn_3x3, cnn_4x4, cnn_weight_norm, linear, mlp, mlp_generator, mlp_weight_norm, wide_resnet

FOLDER = pathlib.Path(__file__).resolve().parent / "networks"
MASK = 0xFFFFFFFF


def name_hash(name):
    h = 2166136261
    for byte in name.encode():
        h = ((h ^ byte) * 16777619) & MASK
    return h


def values(name, shape):
    """Numbers in [-1, 1) that depend on name and index alone: a small integer hash, exact in float64."""
    count = 1
    for n in shape:
        count *= n
    x = (torch.arange(count) * 2654435761 + name_hash(name)) & MASK
    x = x ^ (x >> 15)
    x = (x * 2246822519) & MASK
    x = x ^ (x >> 13)
    return (x.double() / 2**31 - 1).reshape(shape)


def fill(name, tensor):
    """Weights of fan-in size, scales and variances near 1, biases and means near 0."""
    v = values(name, tensor.shape)
    last = name.rsplit(".", 1)[-1]
    if last in ("running_var", "weight_g") or (last == "weight" and tensor.dim() == 1):
        v = 1 + 0.3 * v
    elif tensor.dim() > 1:
        v = v * (3 / tensor[0].numel()) ** 0.5
    else:
        v = 0.1 * v
    with torch.no_grad():
        tensor.copy_(v)


# name of the file, name of the network, its twin, shape of the inputs
NETWORKS = [
    ("mlp", "mlp-24-16", mlp, (5, 1, 8, 8)),
    ("linear", "linear", linear, (5, 1, 8, 8)),
    ("mlp-wn", "mlp-wn-24-16", mlp_weight_norm, (5, 1, 8, 8)),
    ("cnn-4x4", "cnn-4x4", cnn_4x4, (4, 1, 12, 12)),
    ("cnn-3x3", "cnn-3x3", cnn_3x3, (4, 1, 12, 12)),
    ("cnn-wn", "cnn-wn", cnn_weight_norm, (3, 3, 14, 14)),
    ("resnet-18", "resnet-18", lambda: resnet(True, basic, (2, 2, 2, 2), (64, 128, 256, 512)), (4, 3, 64, 64)),
    ("resnet-18-cifar", "resnet-18-cifar", lambda: resnet(False, basic, (2, 2, 2, 2), (64, 128, 256, 512)), (4, 3, 16, 16)),
    ("resnet-34", "resnet-34", lambda: resnet(True, basic, (3, 4, 6, 3), (64, 128, 256, 512)), (4, 3, 64, 64)),
    ("resnet-50", "resnet-50", lambda: resnet(True, bottleneck, (3, 4, 6, 3), (256, 512, 1024, 2048)), (4, 3, 64, 64)),
    ("wrn", "wrn-16-2", lambda: wide_resnet(16, 2), (4, 3, 16, 16)),
    ("efficientnet-lite0", "efficientnet-lite0", lambda: efficientnet_lite((1, 2, 2, 3, 3, 4, 1), (16, 24, 40, 80, 112, 192, 320)), (8, 3, 64, 49)),
    ("efficientnet-lite1", "efficientnet-lite1", lambda: efficientnet_lite((1, 3, 3, 4, 4, 5, 1), (16, 24, 40, 80, 112, 192, 320)), (8, 3, 49, 64)),
    ("efficientnet-lite2", "efficientnet-lite2", lambda: efficientnet_lite((1, 3, 3, 4, 4, 5, 1), (16, 24, 48, 88, 120, 208, 352)), (8, 3, 64, 64)),
    ("convnext-tiny", "convnext-tiny", convnext_tiny, (2, 3, 64, 49)),
    ("vit-small", "vit-small", lambda: VisionTransformer(16, 224, False, 0, smooth), (2, 3, 64, 48)),
    ("dinov2-small", "dinov2-small", lambda: VisionTransformer(14, 518, True, 0, with_offset), (2, 3, 56, 42)),
    ("dinov2-small-reg", "dinov2-small-reg", lambda: VisionTransformer(14, 518, True, 4, smooth), (2, 3, 56, 42)),
]
GENERATORS = [
    ("generator-mlp", "mlp-24-16", mlp_generator, (6, 12), (1, 8, 8)),
    ("generator-dcgan-28", "dcgan-28", lambda: Images(12, 1, [(256, 7, 1, 0), (128, 4, 2, 1), (1, 4, 2, 1)]), (3, 12), (1, 28, 28)),
    ("generator-dcgan-32", "dcgan-32", lambda: Images(12, 3, [(256, 4, 1, 0), (128, 4, 2, 1), (64, 4, 2, 1), (3, 4, 2, 1)]), (3, 12), (3, 32, 32)),
    ("generator-dcgan-64", "dcgan-64", lambda: Images(12, 3, [(512, 4, 1, 0), (256, 4, 2, 1), (128, 4, 2, 1), (64, 4, 2, 1), (3, 4, 2, 1)]),
     (3, 12), (3, 64, 64)),
    ("generator-dcgan-224", "dcgan-224", lambda: Images(12, 3, [(512, 7, 1, 0), (256, 4, 2, 1), (128, 4, 2, 1), (64, 4, 4, 0), (3, 4, 2, 1)]),
     (2, 12), (3, 224, 224)),
    ("generator-dcgan", "dcgan", lambda: Images(12, 3, [(128, (6, 10), 1, 0), (64, 4, 2, 1), (3, 4, 2, 1)], (22, 37)), (3, 12), (3, 22, 37)),
]


def line(name, tensor):
    return " ".join([name] + [f"{v:.17g}" for v in tensor.detach().flatten().tolist()])


def summary(name, tensor):
    direction = values("projection " + name, tensor.shape)
    return line(name, torch.cat([torch.stack([tensor.sum(), (tensor * direction).sum()]), tensor.flatten()[:3]]))


def results(net, inputs, training):
    net.train(training)
    for norm in net.modules():
        if isinstance(norm, (nn.BatchNorm1d, nn.BatchNorm2d)):
            norm.momentum = 0.0  # running statistics stay what `fill` made them
    out = net(inputs)
    loss = (out * values("projection", out.shape)).sum()
    trained = [(n, p) for n, p in net.named_parameters() if p.requires_grad]
    gradients = torch.autograd.grad(loss, [inputs] + [p for _, p in trained], allow_unused=True)
    yield "training" if training else "evaluation"
    yield line("output", out) if out.dim() == 2 else summary("output", out)
    for (name, p), g in zip([("input", inputs)] + trained, gradients):
        yield summary(name, torch.zeros_like(p) if g is None else g)


def write(file, header, make, shape):
    net = make().double()
    for name, tensor in list(net.named_parameters()) + list(net.named_buffers()):
        if tensor.is_floating_point():
            fill(name, tensor)
    inputs = ((values("input", shape) + 1) / 2).requires_grad_()
    lines = [header]
    for training in (True, False):
        lines += results(net, inputs, training)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{file}.txt").write_text("\n".join(lines) + "\n")


def main():
    torch.set_num_threads(1)
    for file, name, make, shape in NETWORKS:
        write(file, f"network {name} " + " ".join(map(str, shape)), make, shape)
    for file, name, make, noise, images in GENERATORS:
        write(file, f"generator {name} " + " ".join(map(str, noise + images)), make, noise)


if __name__ == "__main__":
    main()
