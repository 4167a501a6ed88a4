# SPDX-License-Identifier: Apache-2.0
"""The twins of small networks and of generators, for networks.py: written from the papers and from torch's layers."""
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import weight_norm


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
    """A generator: noise [N,Z] as [N,Z,1,1] into transposed convolutions, (tanh + 1) / 2; of that the middle of a size."""

    def __init__(self, z, channels, design, shown=None):
        layers, i = [], z
        for k, (o, size, stride, padding) in enumerate(design, 1):
            last = k == len(design)
            layers.append(nn.ConvTranspose2d(i, channels if last else o, size, stride, padding, bias=False))
            layers += [nn.Tanh()] if last else [nn.BatchNorm2d(o), nn.ReLU()]
            i = o
        super().__init__(*layers)
        self.shown = shown

    def forward(self, z):
        images = (super().forward(z[:, :, None, None]) + 1) / 2
        if not self.shown:
            return images
        top, left = ((images.shape[2 + i] - self.shown[i]) // 2 for i in (0, 1))
        return images[:, :, top:top + self.shown[0], left:left + self.shown[1]]


def mlp_generator():
    norms = [nn.BatchNorm1d(24, eps=1e-6), nn.BatchNorm1d(16, eps=1e-6)]
    for norm in norms:
        norm.weight.requires_grad_(False)
    return nn.Sequential(nn.Linear(12, 24, bias=False), norms[0], nn.Softplus(), nn.Linear(24, 16, bias=False), norms[1], nn.Softplus(),
                         weight_norm(nn.Linear(16, 64)), nn.Sigmoid(), nn.Unflatten(1, (1, 8, 8)))
