#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/golden/networks/*.txt: what PyTorch (written with torch 2.11.0+cu130, CPU, float64) computes for each network.

Weights, inputs and the direction in which gradients are taken come from a closed formula of name and index, `values`, that
networks_test.cpp computes too; so the files hold results only. Each line: what, then numbers with 17 digits.
  logits                   all of them (or of a generator's images: their sum, their projection, the first 8)
  input, and each parameter: sum, projection (dot product with values) and first three elements of d loss / d it, where the
  loss is the projection of the logits
The twins are written from the papers and from torch's layers; parameter names are those of the usual PyTorch versions.
Noise and dropout are off. Usage: tests/golden/networks.py (in an environment with torch)."""
import pathlib

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import weight_norm

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


class Features(nn.Module):
    """Layers by name, run in order; what is no layer is a function."""

    def __init__(self, **layers):
        super().__init__()
        self.order = layers
        for name, layer in layers.items():
            if isinstance(layer, nn.Module):
                self.add_module(name, layer)

    def forward(self, x):
        for layer in self.order.values():
            x = layer(x)
        return x


def mlp():
    return Features(flat=nn.Flatten(), linear1=nn.Linear(64, 24), norm1=nn.BatchNorm1d(24), a=F.relu,
                    linear2=nn.Linear(24, 16), norm2=nn.BatchNorm1d(16), b=F.relu, head=nn.Linear(16, 10))


def linear():
    return Features(flat=nn.Flatten(), head=nn.Linear(64, 10))


def mlp_weight_norm():
    def wn(i, o):
        return weight_norm(nn.Linear(i, o))
    return Features(flat=nn.Flatten(), linear1=wn(64, 24), a=F.relu, linear2=wn(24, 16), b=F.relu, head=wn(16, 10))


def cnn_4x4():
    return Features(conv1=nn.Conv2d(1, 32, 4, padding=2), norm1=nn.BatchNorm2d(32), a=F.relu, p=nn.MaxPool2d(2),
                    conv2=nn.Conv2d(32, 64, 4, padding=2), norm2=nn.BatchNorm2d(64), b=F.relu, q=nn.MaxPool2d(2),
                    flat=nn.Flatten(), fc=nn.Linear(64 * 9, 100), c=F.relu, head=nn.Linear(100, 10))


def cnn_3x3():
    return Features(conv1=nn.Conv2d(1, 32, 3), a=F.relu, conv2=nn.Conv2d(32, 32, 3), b=F.relu, p=nn.MaxPool2d(2),
                    flat=nn.Flatten(), fc=nn.Linear(32 * 16, 128), c=F.relu, head=nn.Linear(128, 10))


def cnn_weight_norm():
    layers, i = {}, 3
    for k, (o, size, stride, padding) in enumerate([(96, 3, 1, 1), (96, 3, 1, 1), (96, 3, 2, 1), (192, 3, 1, 1), (192, 3, 1, 1),
                                                    (192, 3, 2, 1), (192, 3, 1, 0), (192, 1, 1, 0), (192, 1, 1, 0)], 1):
        layers[f"conv{k}"] = weight_norm(nn.Conv2d(i, o, size, stride, padding))
        layers[f"relu{k}"] = lambda x: F.leaky_relu(x, 0.2)
        i = o
    return Features(**layers, pool=lambda x: x.mean((2, 3)), head=weight_norm(nn.Linear(192, 10)))


class ResidualBlock(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o)
        self.conv2, self.bn2 = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
        self.downsample = None
        if stride != 1 or i != o:
            self.downsample = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))

    def forward(self, x):
        h = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(h + (x if self.downsample is None else self.downsample(x)))


def resnet_18(photos):
    stem = nn.Conv2d(3, 64, 7, 2, 3, bias=False) if photos else nn.Conv2d(3, 64, 3, 1, 1, bias=False)
    layers = dict(conv1=stem, bn1=nn.BatchNorm2d(64), a=F.relu)
    if photos:
        layers["pool"] = nn.MaxPool2d(3, 2, 1)
    i = 64
    for k, o in enumerate((64, 128, 256, 512), 1):
        layers[f"layer{k}"] = nn.Sequential(ResidualBlock(i, o, 1 if k == 1 else 2), ResidualBlock(o, o, 1))
        i = o
    return Features(**layers, mean=nn.AdaptiveAvgPool2d(1), flat=nn.Flatten(), fc=nn.Linear(512, 10))


class WideBlock(nn.Module):
    def __init__(self, i, o, stride, first):
        super().__init__()
        self.same, self.first = i == o, first
        self.bn1, self.bn2 = (nn.BatchNorm2d(n, eps=1e-3, momentum=1e-3) for n in (i, o))
        self.conv1, self.conv2 = nn.Conv2d(i, o, 3, stride, 1), nn.Conv2d(o, o, 3, 1, 1)
        if not self.same:
            self.convShortcut = nn.Conv2d(i, o, 1, stride)

    def forward(self, x):
        active = F.leaky_relu(self.bn1(x), 0.1)
        if self.first:
            x = active
        h = F.leaky_relu(self.bn2(self.conv1(active if self.same else x)), 0.1)
        return self.conv2(h) + (x if self.same else self.convShortcut(x))


def wide_resnet(depth, factor):
    class Stage(nn.Module):
        def __init__(self, i, o, stride, first):
            super().__init__()
            self.layer = nn.Sequential(*[WideBlock(o if k else i, o, 1 if k else stride, first and k == 0) for k in range((depth - 4) // 6)])

        def forward(self, x):
            return self.layer(x)
    c = [16, 16 * factor, 32 * factor, 64 * factor]
    return Features(conv1=nn.Conv2d(3, 16, 3, 1, 1), block1=Stage(c[0], c[1], 1, True), block2=Stage(c[1], c[2], 2, False),
                    block3=Stage(c[2], c[3], 2, False), bn1=nn.BatchNorm2d(c[3], eps=1e-3, momentum=1e-3),
                    a=lambda x: F.leaky_relu(x, 0.1), mean=nn.AdaptiveAvgPool2d(1), flat=nn.Flatten(), fc=nn.Linear(c[3], 10))


class Images(nn.Sequential):
    """A generator: noise [N,Z] as [N,Z,1,1] into transposed convolutions, (tanh + 1) / 2."""

    def __init__(self, z, channels, design):
        layers, i = [], z
        for k, (o, size, stride, padding) in enumerate(design, 1):
            last = k == len(design)
            layers.append(nn.ConvTranspose2d(i, channels if last else o, size, stride, padding, bias=False))
            layers += [nn.Tanh()] if last else [nn.BatchNorm2d(o), nn.ReLU()]
            i = o
        super().__init__(*layers)

    def forward(self, z):
        return (super().forward(z[:, :, None, None]) + 1) / 2


def mlp_generator():
    norms = [nn.BatchNorm1d(24, eps=1e-6), nn.BatchNorm1d(16, eps=1e-6)]
    for norm in norms:
        norm.weight.requires_grad_(False)
    return nn.Sequential(nn.Linear(12, 24, bias=False), norms[0], nn.Softplus(), nn.Linear(24, 16, bias=False), norms[1], nn.Softplus(),
                         weight_norm(nn.Linear(16, 64)), nn.Sigmoid(), nn.Unflatten(1, (1, 8, 8)))


# name of the file, name of the network, its twin, shape of the inputs
NETWORKS = [
    ("mlp", "mlp-24-16", mlp, (5, 1, 8, 8)),
    ("linear", "linear", linear, (5, 1, 8, 8)),
    ("mlp-wn", "mlp-wn-24-16", mlp_weight_norm, (5, 1, 8, 8)),
    ("cnn-4x4", "cnn-4x4", cnn_4x4, (4, 1, 12, 12)),
    ("cnn-3x3", "cnn-3x3", cnn_3x3, (4, 1, 12, 12)),
    ("cnn-wn", "cnn-wn", cnn_weight_norm, (3, 3, 14, 14)),
    ("resnet-18", "resnet-18", lambda: resnet_18(True), (4, 3, 64, 64)),
    ("resnet-18-cifar", "resnet-18-cifar", lambda: resnet_18(False), (4, 3, 16, 16)),
    ("wrn", "wrn-16-2", lambda: wide_resnet(16, 2), (4, 3, 16, 16)),
]
GENERATORS = [
    ("generator-mlp", "mlp-24-16", mlp_generator, (6, 12), (1, 8, 8)),
    ("generator-dcgan-28", "dcgan-28", lambda: Images(12, 1, [(256, 7, 1, 0), (128, 4, 2, 1), (1, 4, 2, 1)]), (3, 12), (1, 28, 28)),
    ("generator-dcgan-32", "dcgan-32", lambda: Images(12, 3, [(256, 4, 1, 0), (128, 4, 2, 1), (64, 4, 2, 1), (3, 4, 2, 1)]), (3, 12), (3, 32, 32)),
    ("generator-dcgan-224", "dcgan-224", lambda: Images(12, 3, [(512, 7, 1, 0), (256, 4, 2, 1), (128, 4, 2, 1), (64, 4, 4, 0), (3, 4, 2, 1)]),
     (2, 12), (3, 224, 224)),
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
