# SPDX-License-Identifier: Apache-2.0
"""R4 in PyTorch: a small CNN on MNIST with all labels, without and with VAT (--vat) as a regularizer; twin of the
recipes supervised/mnist-full-cnn and vat/mnist-full-cnn, with --dropout of mnist-full-cnn-dropout.

The same: two convolutions 3x3, a pool, a layer of 128 (the MNIST example of Keras 1); batches of 128, Adadelta at rate
1, 12 epochs; VAT on the labeled batch, one power step, xi 10, epsilon 1, and the clean prediction takes a gradient.
Different: other random numbers; PyTorch's own initial weights instead of Glorot uniform, an epoch's last batch has 96
images, and losses are never looked at. PyTorch has no fused Adadelta.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from common import Clock, batches, flags, kl_divergence, predicted, report, share
from images import mnist

XI, BATCH = 10, 128  # epsilon is 1


def parse():
    parser = flags(__doc__)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--tuned", action="store_true", help="what a careful user adds: channels_last")
    parser.add_argument("--max-batches", type=int, default=0, help="for timing: stop each epoch here")
    parser.add_argument("--vat", action="store_true")
    parser.add_argument("--dropout", action="store_true")
    return parser.parse_args()


def cnn(dropout):
    return nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Dropout(0.25 if dropout else 0), nn.Flatten(), nn.Linear(32 * 12 * 12, 128), nn.ReLU(),
                         nn.Dropout(0.5 if dropout else 0), nn.Linear(128, 10))


def unit(d):
    return d / (d.flatten(1).norm(dim=1).view(-1, 1, 1, 1) + 1e-7)


def vat_loss(net, x, clean):
    d = torch.randn_like(x).requires_grad_()
    gradient, = torch.autograd.grad(kl_divergence(clean.detach(), net(x + XI * unit(d))), d)
    return kl_divergence(clean, net(x + unit(gradient.detach())))


def train(options, net, images, labels):
    """Steps, and their seconds."""
    optimizer = torch.optim.Adadelta(net.parameters(), lr=1.0, rho=0.95)
    clock, steps = Clock(images.device), 0
    for _ in range(options.epochs):
        for chosen in batches(len(images), BATCH, images.device, options.max_batches):
            x = images[chosen]
            logits = net(x)
            loss = F.cross_entropy(logits, labels[chosen])
            if options.vat:
                loss = loss + vat_loss(net, x, logits)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            steps += 1
    return steps, clock()


def main():
    options = parse()
    device = torch.device(options.device)
    torch.manual_seed(options.seed)
    images, labels, test_images, test_labels = mnist(options.data)
    images, labels = images.float().to(device) / 255, labels.to(device)
    test_images, test_labels = test_images.float().to(device) / 255, test_labels.to(device)
    net = cnn(options.dropout).to(device)
    if options.tuned:
        net = net.to(memory_format=torch.channels_last)
    steps, seconds = train(options, net, images, labels)
    net.eval()
    report(peer="keras_vat", vat=options.vat, dropout=options.dropout, device=str(device), steps=steps, seconds=seconds,
           it_per_s=steps / seconds, acc=share(predicted(net, test_images, 1000) == test_labels))


if __name__ == "__main__":
    main()
