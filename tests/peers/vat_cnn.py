# SPDX-License-Identifier: Apache-2.0
"""R2 in PyTorch: VAT on MNIST with 100 labels and a small CNN; twin of the recipe vat/mnist-100-cnn.

The same: two convolutions 4x4 and a layer of 100 with dropout 0.5; 10,000 training images are the test part, of the
rest 100 are labeled and 49,900 unlabeled; 100 labeled and 512 unlabeled images an iteration, one update by both losses,
one power step, xi 1e-6, epsilon 2.5, dropout masks redrawn in every pass, Adam 1e-3.
--tuned: what a careful user adds. Without it the weight gradients of the power step are computed and thrown away.
--no-vat: the 100 labels alone, the recipe supervised/mnist-100-cnn.
Different: other random numbers; unlabeled images are drawn with replacement, not in shuffled passes; losses are never
looked at.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from common import Clock, flags, kl_divergence, predicted, report, share
from images import mnist

TEST, LABELED, UNLABELED_BATCH = 10000, 100, 512


def parse():
    parser = flags(__doc__)
    parser.add_argument("--iters", type=int, default=3000)
    parser.add_argument("--warmup", type=int, default=3, help="iterations before the clock starts")
    parser.add_argument("--no-vat", action="store_true", help="cross entropy of the 100 labels alone")
    parser.add_argument("--eps", type=float, default=2.5)
    parser.add_argument("--xi", type=float, default=1e-6)
    parser.add_argument("--unlabeled", type=int, default=49900, help="unlabeled images")
    parser.add_argument("--tuned", action="store_true",
                        help="channels_last, fused Adam, no gradients that are thrown away")
    parser.add_argument("--shared-dropout", action="store_true", help="the same mask in all passes of one VAT step")
    return parser.parse_args()


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.block1 = nn.Sequential(nn.Conv2d(1, 32, 4, padding=2), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2))
        self.block2 = nn.Sequential(nn.Conv2d(32, 64, 4, padding=2), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2))
        self.head = nn.Sequential(nn.Linear(7 * 7 * 64, 100), nn.Dropout(0.5), nn.ReLU(), nn.Linear(100, 10))
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                nn.init.normal_(module.weight, 0, 0.02)
                nn.init.zeros_(module.bias)

    def forward(self, x):
        return self.head(self.block2(self.block1(x)).flatten(1))


def unit(d):
    return d / (d.flatten(1).norm(dim=1).view(-1, 1, 1, 1) + 1e-16)


def vat_loss(options, net, u, iteration):
    def begin_pass():
        if options.shared_dropout:
            torch.manual_seed(options.seed * 1000003 + iteration)

    start = torch.randn_like(u)
    begin_pass()
    with torch.set_grad_enabled(not options.tuned):
        clean = net(u).detach()
    d = (options.xi * unit(start)).requires_grad_()
    begin_pass()
    change = kl_divergence(clean, net(u + d))
    if options.tuned:
        gradient, = torch.autograd.grad(change, d)
    else:
        change.backward()
        gradient = d.grad
        net.zero_grad()
    begin_pass()
    return kl_divergence(clean, net(u + options.eps * unit(gradient)))


def train(options, net, images, labels, labeled, unlabeled):
    """Seconds of all iterations but those of the warm-up."""
    device = images.device
    optimizer = torch.optim.Adam(net.parameters(), 1e-3, fused=True if options.tuned else None)
    for i in range(options.iters + options.warmup):
        if i == options.warmup:
            clock = Clock(device)
        loss = F.cross_entropy(net(images[labeled]), labels[labeled])
        if not options.no_vat:
            chosen = unlabeled[torch.randint(len(unlabeled), (UNLABELED_BATCH,), device=device)]
            loss = loss + vat_loss(options, net, images[chosen], i)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return clock()


def macro_f1(found, labels):
    scores = []
    for label in range(10):
        right = ((found == label) & (labels == label)).sum().item()
        scores.append(2 * right / max(1, ((found == label).sum() + (labels == label).sum()).item()))
    return sum(scores) / 10


def main():
    options = parse()
    device = torch.device(options.device)
    torch.manual_seed(options.seed)
    images, labels, _, _ = mnist(options.data)
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(42 + options.seed)).to(device)
    images, labels = images.float().to(device) / 255, labels.to(device)
    test, labeled = order[:TEST], order[TEST:TEST + LABELED]
    unlabeled = order[TEST + LABELED:][:options.unlabeled]
    net = Cnn().to(device)
    if options.tuned:
        net = net.to(memory_format=torch.channels_last)
    seconds = train(options, net, images, labels, labeled, unlabeled)
    net.eval()
    found = predicted(net, images[test], 1000)
    report(peer="vat_cnn", vat=not options.no_vat, device=str(device), iters=options.iters, seconds=seconds,
           it_per_s=options.iters / seconds, macro_f1=macro_f1(found, labels[test]), acc=share(found == labels[test]),
           seed=options.seed, unlabeled=options.unlabeled)


if __name__ == "__main__":
    main()
