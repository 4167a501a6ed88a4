# SPDX-License-Identifier: Apache-2.0
"""The twins of networks for photos, for networks.py: written from the papers and from torch's layers."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from twins import Features


class ResidualBlock(nn.Module):
    """Convolutions (kernel, channels, stride) with a shortcut around them."""

    def __init__(self, i, *convs):
        super().__init__()
        self.downsample, self.count, first, stride = None, len(convs), i, max(s for _, _, s in convs)
        for k, (size, o, s) in enumerate(convs, 1):
            setattr(self, f"conv{k}", nn.Conv2d(i, o, size, s, size // 2, bias=False))
            setattr(self, f"bn{k}", nn.BatchNorm2d(o))
            i = o
        if stride != 1 or first != i:
            self.downsample = nn.Sequential(nn.Conv2d(first, i, 1, stride, bias=False), nn.BatchNorm2d(i))

    def forward(self, x):
        h = x
        for k in range(1, self.count + 1):
            h = getattr(self, f"bn{k}")(getattr(self, f"conv{k}")(h if k == 1 else F.relu(h)))
        return F.relu(h + (x if self.downsample is None else self.downsample(x)))


def basic(i, o, stride):
    return ResidualBlock(i, (3, o, stride), (3, o, 1))


def bottleneck(i, o, stride):
    return ResidualBlock(i, (1, o // 4, 1), (3, o // 4, stride), (1, o, 1))


def resnet(photos, block, repeats, widths):
    stem = nn.Conv2d(3, 64, 7, 2, 3, bias=False) if photos else nn.Conv2d(3, 64, 3, 1, 1, bias=False)
    layers = dict(conv1=stem, bn1=nn.BatchNorm2d(64), a=F.relu)
    if photos:
        layers["pool"] = nn.MaxPool2d(3, 2, 1)
    i = 64
    for k, (n, o) in enumerate(zip(repeats, widths), 1):
        blocks = [block(i, o, 1 if k == 1 else 2)] + [block(o, o, 1) for _ in range(n - 1)]
        layers[f"layer{k}"] = nn.Sequential(*blocks)
        i = o
    return Features(**layers, mean=nn.AdaptiveAvgPool2d(1), flat=nn.Flatten(), fc=nn.Linear(i, 10))


def same(x, kernel, stride):
    """TensorFlow's padding SAME: ceil(size / stride) pixels, an odd one at the right and at the bottom."""
    pads = []
    for size in (x.shape[3], x.shape[2]):
        p = max(0, (-(-size // stride) - 1) * stride + kernel - size)
        pads += [p // 2, p - p // 2]
    return F.pad(x, pads)


class InvertedBlock(nn.Module):
    def __init__(self, i, o, kernel, stride, expansion):
        super().__init__()
        m = i * expansion
        self.kernel, self.stride, self.shortcut = kernel, stride, stride == 1 and i == o
        self._expand_conv = None
        if expansion != 1:
            self._expand_conv, self._bn0 = nn.Conv2d(i, m, 1, bias=False), nn.BatchNorm2d(m, eps=1e-3)
        self._depthwise_conv, self._bn1 = nn.Conv2d(m, m, kernel, stride, groups=m, bias=False), nn.BatchNorm2d(m, eps=1e-3)
        self._project_conv, self._bn2 = nn.Conv2d(m, o, 1, bias=False), nn.BatchNorm2d(o, eps=1e-3)

    def forward(self, x):
        h = x if self._expand_conv is None else F.relu6(self._bn0(self._expand_conv(x)))
        h = F.relu6(self._bn1(self._depthwise_conv(same(h, self.kernel, self.stride))))
        h = self._bn2(self._project_conv(h))
        return h + x if self.shortcut else h


def efficientnet_lite(repeats, channels):
    blocks, i = [], 32
    for n, kernel, stride, o in zip(repeats, (3, 3, 5, 3, 5, 5, 3), (1, 2, 2, 2, 1, 2, 1), channels):
        for k in range(n):
            blocks.append(InvertedBlock(i, o, kernel, 1 if k else stride, 6 if len(blocks) else 1))
            i = o
    return Features(pad=lambda x: same(x, 3, 2), _conv_stem=nn.Conv2d(3, 32, 3, 2, bias=False), _bn0=nn.BatchNorm2d(32, eps=1e-3), a=F.relu6,
                    _blocks=nn.Sequential(*blocks), _conv_head=nn.Conv2d(i, 1280, 1, bias=False), _bn1=nn.BatchNorm2d(1280, eps=1e-3), b=F.relu6,
                    mean=nn.AdaptiveAvgPool2d(1), flat=nn.Flatten(), _fc=nn.Linear(1280, 10))


class ChannelNorm(nn.LayerNorm):
    """Of the channels of each pixel."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Permute(nn.Module):
    def __init__(self, *axes):
        super().__init__()
        self.axes = axes

    def forward(self, x):
        return x.permute(*self.axes)


class ConvNextBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.layer_scale = nn.Parameter(torch.zeros(c, 1, 1))
        self.block = nn.Sequential(nn.Conv2d(c, c, 7, padding=3, groups=c), Permute(0, 2, 3, 1), nn.LayerNorm(c, eps=1e-6),
                                   nn.Linear(c, 4 * c), nn.GELU(), nn.Linear(4 * c, c), Permute(0, 3, 1, 2))

    def forward(self, x):
        return x + self.layer_scale * self.block(x)


def convnext_tiny():
    parts = [nn.Sequential(nn.Conv2d(3, 96, 4, 4), ChannelNorm(96, eps=1e-6))]
    for c, n in ((96, 3), (192, 3), (384, 9), (768, 3)):
        if c > 96:
            parts.append(nn.Sequential(ChannelNorm(c // 2, eps=1e-6), nn.Conv2d(c // 2, c, 2, 2)))
        parts.append(nn.Sequential(*[ConvNextBlock(c) for _ in range(n)]))
    return Features(features=nn.Sequential(*parts), mean=nn.AdaptiveAvgPool2d(1),
                    classifier=nn.Sequential(ChannelNorm(768, eps=1e-6), nn.Flatten(), nn.Linear(768, 10)))


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.qkv, self.proj = heads, nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        n, tokens, width = x.shape
        q, k, v = (t.reshape(n, tokens, self.heads, -1).transpose(1, 2) for t in self.qkv(x).chunk(3, dim=2))
        weights = (q @ k.transpose(2, 3) / (width // self.heads) ** 0.5).softmax(3)
        return self.proj((weights @ v).transpose(1, 2).reshape(n, tokens, width))


class LayerScale(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * self.gamma


class TransformerBlock(nn.Module):
    def __init__(self, width, heads, scaled):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(width, eps=1e-6), Attention(width, heads)
        self.norm2, self.mlp = nn.LayerNorm(width, eps=1e-6), Features(fc1=nn.Linear(width, 4 * width), a=F.gelu, fc2=nn.Linear(4 * width, width))
        self.ls1, self.ls2 = (LayerScale(width), LayerScale(width)) if scaled else (nn.Identity(), nn.Identity())

    def forward(self, x):
        x = x + self.ls1(self.attn(self.norm1(x)))
        return x + self.ls2(self.mlp(self.norm2(x)))


class VisionTransformer(nn.Module):
    """`resize` interpolates the embeddings [1, D, M, M] of a square of patches to those of the images' patches."""

    def __init__(self, patch, side, dino, registers, resize, width=384, heads=6, depth=12):
        super().__init__()
        self.side, self.resize, self.register_tokens = side // patch, resize, None
        self.cls_token, self.pos_embed = nn.Parameter(torch.zeros(1, 1, width)), nn.Parameter(torch.zeros(1, 1 + self.side**2, width))
        if registers:
            self.register_tokens = nn.Parameter(torch.zeros(1, registers, width))
        if dino:
            self.mask_token = nn.Parameter(torch.zeros(1, width), requires_grad=False)
        self.patch_embed = Features(proj=nn.Conv2d(3, width, patch, patch))
        self.blocks = nn.Sequential(*[TransformerBlock(width, heads, dino) for _ in range(depth)])
        self.norm, self.head = nn.LayerNorm(width, eps=1e-6), nn.Linear(width, 10)

    def forward(self, x):
        patches = self.patch_embed(x)
        place = self.pos_embed[:, 1:].unflatten(1, (self.side, self.side)).permute(0, 3, 1, 2)
        if patches.shape[2:] != place.shape[2:]:
            place = self.resize(place, patches.shape[2], patches.shape[3])
        tokens = [self.cls_token + self.pos_embed[:, :1], (patches + place).flatten(2).transpose(1, 2)]
        if self.register_tokens is not None:
            tokens.insert(1, self.register_tokens)
        x = torch.cat([t.expand(x.shape[0], -1, -1) for t in tokens], 1)
        return self.head(self.norm(self.blocks(x))[:, 0])


def smooth(place, h, w):
    return F.interpolate(place, size=(h, w), mode="bicubic", antialias=True)


def with_offset(place, h, w):
    """DINOv2's: a tenth of a patch too many in the scale."""
    return F.interpolate(place, scale_factor=((h + 0.1) / place.shape[2], (w + 0.1) / place.shape[3]), mode="bicubic")
