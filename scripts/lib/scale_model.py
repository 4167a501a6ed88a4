#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What several processes should gain, calculated: a step made of arithmetic, launches and sums, one after the other or overlapped.

    scale_model.py                 the tables of docs/explanation/scale.md
    scale_model.py --check PAGE    exit code 1 where the page has other ones

Nothing here was measured on several cards. What is assumed stands at the top and on the page."""
import math
import sys
from dataclasses import dataclass
from pathlib import Path

# An H100 SXM of which a step reaches half of the 67 TFLOP/s of float32, and a host that starts a kernel in 8 µs.
CARD = 0.5 * 67e12
LAUNCH = 8e-6
# Eight cards on NVLink, where large sums go at 370 GB/s; machines with a 400 Gb/s network card for each of their cards, at 90 %.
INSIDE = {"cards": 8, "latency": 20e-6, "bytes": 370e9}
BETWEEN = {"latency": 5e-6, "bytes": 45e9}
BUCKET = 4 << 20  # bytes of a sum of gradients (host/parallel/gradient_means.cpp)


@dataclass
class Stage:
    """A part of a network: multiply-adds of a sample's forward pass, weights, kernels of a forward pass, layers of batch norm."""
    macs: float
    weights: float
    launches: int
    norms: int = 0


@dataclass
class Pass:
    """Samples that go through the network together; `inner`: a gradient of the images, whose weights' gradients nobody needs."""
    samples: int
    backward: bool = False
    inner: bool = False


MLP = (Stage(784 * 1200, 784 * 1200, 4, 1), Stage(1200 * 1200, 1200 * 1200, 4, 1), Stage(1200 * 10, 1200 * 10, 2))
RESNET_18 = (Stage(118e6, 9.5e3, 4, 1), Stage(462e6, 148e3, 14, 4), Stage(411e6, 526e3, 17, 5), Stage(411e6, 2.10e6, 17, 5),
             Stage(411e6, 8.39e6, 17, 5), Stage(0.5e6, 513e3, 2))
VIT_S = (Stage(58e6, 0.37e6, 4), *(Stage(379e6, 1.77e6, 20) for _ in range(12)), Stage(0.4e6, 0.39e6, 3))


def vat(labeled, unlabeled):
    """Two updates: of the labels, and of the divergence after one step of the power iteration."""
    return [[Pass(labeled, backward=True)], [Pass(unlabeled), Pass(unlabeled, backward=True, inner=True), Pass(unlabeled, backward=True)]]


def fixmatch(labeled, unlabeled):
    """One update: weak views for the pseudo-labels, then labeled and strong views together."""
    return [[Pass(unlabeled), Pass(labeled + unlabeled, backward=True)]]


def sum_seconds(count, cards):
    """A sum of `count` bytes over so many cards: within each machine, then between them, each card with its share."""
    if cards == 1:
        return 0.0
    here = min(cards, INSIDE["cards"])
    seconds = INSIDE["latency"] + 2 * (here - 1) / here * count / INSIDE["bytes"]
    machines = cards // here
    if machines > 1:
        seconds += 2 * math.log2(machines) * BETWEEN["latency"] + 2 * (machines - 1) / machines * count / here / BETWEEN["bytes"]
    return seconds


def step_seconds(network, updates, cards, overlap):
    """One iteration. Sums of batch norm stop everything; those of gradients begin when a stage's gradients are
    there, one at a time, or, without `overlap`, after the backward pass."""
    norm = sum_seconds(2 * 4 * 1024, cards)
    now = 0.0
    for passes in updates:
        free = ready = now  # when the next sum may begin, and when all gradients are summed
        for one in passes:
            share = max(1.0, one.samples / cards)

            def work(stage, times):
                return max(times * 2 * stage.macs * share / CARD, times * stage.launches * LAUNCH) + stage.norms * norm

            for stage in network:
                now += work(stage, 1)
            if not one.backward:
                continue
            waiting = 0.0
            for stage in reversed(network):
                now += work(stage, 1 if one.inner else 2)
                if one.inner:
                    continue
                waiting += 4 * stage.weights
                last = stage is network[0]
                if overlap and (waiting >= BUCKET or last):
                    free = ready = max(now, free) + sum_seconds(waiting, cards)
                    waiting = 0.0
                elif last:
                    sums = max(1, round(waiting / BUCKET))
                    ready = now + sums * sum_seconds(waiting / sums, cards)
        now = max(now, ready) + 5 * LAUNCH  # the optimizer
    return now


WORKLOADS = (
    ("R1: VAT, 784-1200-1200-10, 100 + 250 images", MLP, vat, (100, 250)),
    ("FixMatch, ResNet-18 at 224, 64 + 448", RESNET_18, fixmatch, (64, 448)),
    ("FixMatch, ViT-S/16 at 224, 64 + 448", VIT_S, fixmatch, (64, 448)),
    ("FixMatch, ViT-S/16 at 224, 1,024 + 7,168", VIT_S, fixmatch, (1024, 7168)),
)
CARDS = (1, 8, 64, 512)


def speed_table():
    lines = ["| a batch of all cards together | 1 card | 8 | 64 | 512 |", "| --- | --- | --- | --- | --- |"]
    for name, network, method, batch in WORKLOADS:
        cells = []
        for cards in CARDS:
            if cards > sum(batch):
                cells.append("-")
                continue
            early, late = (step_seconds(network, method(*batch), cards, overlap) for overlap in (True, False))
            alone = step_seconds(network, method(*batch), 1, True)
            cells.append(f"{early * 1e3:.2f} ms" + (f", {alone / early:.1f} times ({alone / late:.1f})" if cards > 1 else ""))
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def check_table():
    """The same sum of parts for two processes of this machine: what one takes alone for its share, and the sums by themselves."""
    rows = (("`supervised/mnist-full-cnn`, 2 processes", 16.0, [(1, 2.01), (1, 0.27)], 22.7),
            ("`vat/mnist-100-mlp`, 2 processes", 39.6, [(14, 0.38), (2, 7.47), (2, 0.27)], 104.4),
            ("`supervised/mnist-full-cnn`, 3 processes on 2 cores", 1.5 * 10.6, [(1, 3.41), (1, 0.33)], 31.6),
            ("`vat/mnist-100-mlp`, 3 processes on 2 cores", 1.5 * 30.0, [(14, 1.13), (2, 12.16), (2, 0.33)], 213.0))
    lines = ["| an iteration | arithmetic | sums | calculated | measured |", "| --- | --- | --- | --- | --- |"]
    for name, own, sums, measured in rows:
        together = sum(n * ms for n, ms in sums)
        lines.append(f"| {name} | {own:.1f} ms | {together:.1f} ms | {own + together:.1f} ms | {measured:.1f} ms |")
    return lines


def imagenet_table():
    images, epochs, decoded, encoded = 1_281_167, 100, 825, 28.4
    step = {cards: step_seconds(VIT_S, fixmatch(1024, 7168), cards, False) for cards in (8, 64)}
    hours = {cards: images * epochs / 7168 * seconds / 3600 for cards, seconds in step.items()}
    return ["| | |", "| --- | --- |",
            f"| decode once, {decoded} images/s a core (measured on files of up to 500 pixels) | {images / decoded / 60:.0f} minutes of one core |",
            f"| cache at 224 × 224 | {images * 3 * 224 ** 2 / 1e9:.0f} GB, mapped; read at {7168 * 3 * 224 ** 2 / step[8] / 1e9:.1f} GB/s in the run below on 8 cards |",
            f"| features of `resnet-18`, {encoded} images/s a core (measured) | {images / encoded / 3600:.0f} hours of one core; then any method on features takes minutes |",
            f"| FixMatch, ViT-S/16 from scratch, {epochs} epochs over the unlabeled images, 8 cards | {hours[8]:.0f} hours |",
            f"| the same, 64 cards | {hours[64]:.1f} hours |"]


def main():
    tables = {"speed": speed_table(), "check": check_table(), "imagenet": imagenet_table()}
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        text = Path(sys.argv[2]).read_text(encoding="utf-8")
        missing = [name for name, lines in tables.items() if "\n".join(lines) not in text]
        if missing:
            sys.exit(f"{sys.argv[2]}: not what scripts/lib/scale_model.py calculates: {', '.join(missing)}")
    elif len(sys.argv) == 1:
        print("\n\n".join("\n".join(lines) for lines in tables.values()))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
