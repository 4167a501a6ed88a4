# SPDX-License-Identifier: Apache-2.0
"""R1 in PyTorch: VAT on MNIST with 100 labels and a multi-layer perceptron; twin of the recipe vat/mnist-100-mlp.

The same: 784-1200-1200-10 with batch norm, 100 labeled and 250 unlabeled images an iteration, all 60,000 unlabeled,
an update by the cross entropy and then one by the VAT loss, one power step, xi 10, epsilon 1.5, Adam 2e-3 times 0.9
every 240 iterations. As sslhost it keeps the images on the device as bytes and computes no weight gradient in the
power step; --naive does, as code that calls backward() there.
Different: other random numbers; losses are never looked at, so an overflow would go unnoticed; only the last weights
are tested, unless --eval-every says otherwise.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from common import Clock, flags, kl_divergence, report, share
from images import mnist

XI, EPSILON = 10.0, 1.5
LABELED, UNLABELED = 100, 250


def parse():
    parser = flags(__doc__)
    parser.add_argument("--iters", type=int, default=24000)
    parser.add_argument("--warmup", type=int, default=20, help="iterations before the clock starts")
    parser.add_argument("--eval-every", type=int, default=0)
    parser.add_argument("--naive", action="store_true", help="weight gradients in the power step, thrown away")
    parser.add_argument("--tuned", action="store_true", help="what a careful user adds: fused Adam")
    parser.add_argument("--compile", default="", help="torch.compile: 'default' or 'reduce-overhead'")
    parser.add_argument("--tf32", action="store_true", help="GPU: products in TF32")
    parser.add_argument("--bf16", action="store_true", help="autocast to bfloat16")
    parser.add_argument("--onednn", action="store_true",
                        help="CPU: wide layers by oneDNN instead of the BLAS, which is slow on AMD processors")
    return parser.parse_args()


class OneDnn(torch.autograd.Function):
    """y = x w^T + b by LibTorch's own oneDNN operator, and those gradients that are asked for."""

    @staticmethod
    def forward(ctx, x, weight, bias):
        ctx.save_for_backward(x, weight)
        return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")

    @staticmethod
    def backward(ctx, gradient):
        x, weight = ctx.saved_tensors
        gradient = gradient.contiguous()

        def product(a, b):
            return torch.ops.mkldnn._linear_pointwise(a, b, None, "none", [], "")
        return (product(gradient, weight.t()) if ctx.needs_input_grad[0] else None,
                product(gradient.t(), x.t()) if ctx.needs_input_grad[1] else None,
                gradient.sum(0) if ctx.needs_input_grad[2] else None)


class OneDnnLinear(nn.Linear):
    def forward(self, x):
        return OneDnn.apply(x, self.weight, self.bias)


class Mlp(nn.Module):
    """Batch norm before each ReLU, Glorot uniform."""

    def __init__(self, linear, hidden=1200):
        super().__init__()
        self.linear1, self.norm1 = linear(784, hidden), nn.BatchNorm1d(hidden)
        self.linear2, self.norm2 = linear(hidden, hidden), nn.BatchNorm1d(hidden)
        self.head = nn.Linear(hidden, 10)
        for layer in (self.linear1, self.linear2, self.head):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        x = F.relu(self.norm1(self.linear1(x.flatten(1))))
        return self.head(F.relu(self.norm2(self.linear2(x))))


def unit(d):
    return d / (d.pow(2).sum((1, 2, 3), keepdim=True).sqrt() + 1e-12)


def cross_entropy(net, x, y):
    return F.cross_entropy(net(x), y)


def vat_loss(net, u, naive):
    with torch.no_grad():
        clean = net(u)
    d = unit(torch.randn_like(u)).requires_grad_()
    change = kl_divergence(clean, net(u + XI * d))
    if naive:
        change.backward()
        gradient = d.grad
        net.zero_grad()
    else:
        gradient, = torch.autograd.grad(change, d)
    return kl_divergence(clean, net(u + EPSILON * unit(gradient.detach())))


class Unlabeled:
    """Batches of all images, in a new order for each pass; what does not fill a batch is left out."""

    def __init__(self, images):
        self.images, self.device = images, images.device
        self.shuffle()

    def shuffle(self):
        self.order, self.at = torch.randperm(len(self.images), device=self.device), 0

    def next(self):
        if self.at + UNLABELED > len(self.images):
            self.shuffle()
        chosen = self.order[self.at:self.at + UNLABELED]
        self.at += UNLABELED
        return self.images[chosen].float() / 255


def test_error(net, images, labels):
    net.eval()
    with torch.inference_mode():
        error = share(net(images).argmax(1) != labels)
    net.train()
    return error


def train(options, net, labeled, unlabeled, test):
    """Seconds of all iterations but those of the warm-up."""
    device, losses = unlabeled.device, [cross_entropy, vat_loss]
    if options.compile:
        mode = None if options.compile == "default" else options.compile
        losses = [torch.compile(loss, mode=mode) for loss in losses]
    supervised, virtual_adversarial = losses
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3, fused=True if options.tuned else None)
    precision = torch.autocast(device.type, torch.bfloat16, enabled=options.bf16)
    images, labels = labeled
    for i in range(options.iters + options.warmup):
        if i == options.warmup:
            clock = Clock(device)
        chosen = torch.randperm(LABELED, device=device)
        optimizer.zero_grad()
        with precision:
            loss = supervised(net, images[chosen], labels[chosen])
        loss.backward()
        optimizer.step()
        u = unlabeled.next()
        optimizer.zero_grad()
        with precision:
            loss = virtual_adversarial(net, u, options.naive)
        loss.backward()
        optimizer.step()
        if i % 240 == 0:
            for group in optimizer.param_groups:
                group["lr"] *= 0.9
        if options.eval_every and i % options.eval_every == 0:
            print(i, test_error(net, *test), flush=True)
    return clock()


def main():
    options = parse()
    device = torch.device(options.device)
    torch.manual_seed(options.seed)
    if options.tf32:
        torch.set_float32_matmul_precision("high")
    images, labels, test_images, test_labels = mnist(options.data)
    chosen = torch.randperm(len(images), generator=torch.Generator().manual_seed(options.seed))[:LABELED]
    labeled = (images[chosen].float() / 255).to(device), labels[chosen].to(device)
    test = (test_images.float() / 255).to(device), test_labels.to(device)
    net = Mlp(OneDnnLinear if options.onednn else nn.Linear).to(device)
    seconds = train(options, net, labeled, Unlabeled(images.to(device)), test)
    report(peer="vat_mlp", device=str(device), iters=options.iters, seconds=seconds, it_per_s=options.iters / seconds,
           test_error=test_error(net, *test), seed=options.seed, naive=options.naive, compile=options.compile,
           bf16=options.bf16, tf32=options.tf32, tuned=options.tuned, onednn=options.onednn)


if __name__ == "__main__":
    main()
