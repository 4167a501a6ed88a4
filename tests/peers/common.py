# SPDX-License-Identifier: Apache-2.0
"""What the scripts share: flags, shuffled batches, a divergence, accuracy, a clock and the report."""
import argparse
import json
import time

import torch


def flags(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="the folder with the images")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def batches(samples, size, device, most):
    """One epoch: indices in a new order, `size` at a time; at most `most` batches where that is not 0."""
    for number, chosen in enumerate(torch.randperm(samples, device=device).split(size)):
        if most and number >= most:
            return
        yield chosen


def kl_divergence(p, q):
    """KL(p || q) of two batches of logits, the mean over the batch."""
    return (p.softmax(1) * (p.log_softmax(1) - q.log_softmax(1))).sum(1).mean()


def predicted(net, images, size):
    """Classes, by networks in evaluation mode, `size` images at a time."""
    with torch.inference_mode():
        return torch.cat([net(part).argmax(1) for part in images.split(size)])


def share(matches):
    return matches.float().mean().item()


class Clock:
    """Seconds since it was made, all work of the device included."""

    def __init__(self, device):
        self.device = device
        self.start = self.now()

    def now(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter()

    def __call__(self):
        return self.now() - self.start


def report(**results):
    """One line of JSON, the last of stdout."""
    print(json.dumps(results), flush=True)
