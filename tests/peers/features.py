# SPDX-License-Identifier: Apache-2.0
"""Features of photos by EfficientNet-Lite0 on one core, as a careful PyTorch user computes them; twin of `features_bench`.

Careful: batch norms folded into the convolutions, channels_last, inference_mode, a warm-up, each batch size in --batches
timed, and the best of them reported. The weights are random: neither side's time depends on them.
"""
import argparse
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from common import report

# Blocks, kernel, stride, expansion and channels of the stages.
STAGES = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
          (1, 3, 1, 6, 320))


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2, help="for each batch size")
    parser.add_argument("--batches", type=lambda text: [int(n) for n in text.split(",")], default=[1, 2, 4, 8, 16, 32, 64])
    parser.add_argument("--side", type=int, default=224)
    return parser.parse_args()


class Convolution(nn.Module):
    """With batch norm and TensorFlow's padding SAME: an odd pixel goes to the right and to the bottom."""

    def __init__(self, i, o, kernel, stride=1, groups=1, act=True):
        super().__init__()
        padding = (kernel - 1) // 2 if stride == 1 else 0
        self.conv = nn.Conv2d(i, o, kernel, stride, padding, groups=groups, bias=False)
        self.norm, self.act, self.missing = nn.BatchNorm2d(o, eps=1e-3), act, stride > 1 and kernel - stride

    def fold(self):
        self.conv, self.norm = fuse_conv_bn_eval(self.conv, self.norm), None

    def forward(self, x):
        if self.missing:  # of an even size; 224 is halved five times
            before, after = self.missing // 2, self.missing - self.missing // 2
            x = F.pad(x, (before, after, before, after))
        x = self.conv(x)
        return F.relu6(x, inplace=True) if self.act else x


class Block(nn.Module):
    def __init__(self, i, o, kernel, stride, expansion):
        super().__init__()
        m = i * expansion
        expand = [Convolution(i, m, 1)] if expansion > 1 else []
        self.layers = nn.Sequential(*expand, Convolution(m, m, kernel, stride, m), Convolution(m, o, 1, act=False))
        self.shortcut = stride == 1 and i == o

    def forward(self, x):
        return self.layers(x).add_(x) if self.shortcut else self.layers(x)


def network():
    layers, i = [Convolution(3, 32, 3, 2)], 32
    for repeats, kernel, stride, expansion, o in STAGES:
        for k in range(repeats):
            layers.append(Block(i, o, kernel, 1 if k else stride, expansion))
            i = o
    net = nn.Sequential(*layers, Convolution(i, 1280, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    for module in net.modules():
        if isinstance(module, Convolution):
            module.fold()
    return net.to(memory_format=torch.channels_last)


@torch.inference_mode()
def speed(net, batch, options):
    """Images a second of CPU time, which other processes on the machine do not take away."""
    x = torch.rand(batch, 3, options.side, options.side).to(memory_format=torch.channels_last)
    for _ in range(2):
        net(x)
    images, start, end = 0, time.process_time(), time.perf_counter() + options.seconds
    while time.perf_counter() < end:
        net(x)
        images += batch
    return images / (time.process_time() - start)


def main():
    options = parse()
    torch.set_num_threads(1)
    net = network()
    speeds = {batch: round(speed(net, batch, options), 2) for batch in options.batches}
    best = max(speeds, key=speeds.get)
    report(images_per_second=speeds[best], batch=best, all=speeds, torch=torch.__version__)


if __name__ == "__main__":
    main()
