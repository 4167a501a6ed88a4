# SPDX-License-Identifier: Apache-2.0
"""A semi-supervised GAN in PyTorch with the plain generator loss, on CIFAR-10's cats and dogs or on MNIST, 100 labels.

What sslhost's sgan does with --generator-loss plain --generated-images shared --latent-noise normal --bn-stats all:
K logits whose log-sum-exp says how real an image is; one update of the classifier with an unlabeled, a generated and
the labeled batch, each in a pass of its own; then one of the generator. Adam 2e-3 (0.5, 0.999), 40 epochs.
No recipe is its twin, and scripts/bench does not time it: --size 32 has a small CNN of its own beside the generator
dcgan-32; --size 224 is resnet-18 beside dcgan-224 and needs torchvision.
--supervised: the labels alone, with SGD; an epoch is then one step.
Different: other random numbers; all 100 labeled images in every step; the generator's update computes gradients of the
classifier too, which are thrown away; the time includes a test after each epoch (--supervised: after every tenth).
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from common import Clock, batches, flags, predicted, report, share
from images import balanced, cifar10, mnist

LABELED, NOISE = 100, 100
CAT, DOG = 3, 5


def parse():
    parser = flags(__doc__)
    parser.add_argument("--set", default="cifar-catdog", choices=["cifar-catdog", "mnist"])
    parser.add_argument("--size", type=int, default=32, help="32 or 224: images are resized to it")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--max-batches", type=int, default=0, help="for timing: stop each epoch here")
    parser.add_argument("--supervised", action="store_true", help="cross entropy of the 100 labels alone")
    return parser.parse_args()


def load(options):
    """Images and labels of both parts, then the number of classes."""
    if options.set == "mnist":
        images, labels, test_images, test_labels = mnist(options.data)
        return F.pad(images, (2, 2, 2, 2)), labels, F.pad(test_images, (2, 2, 2, 2)), test_labels, 10
    images, labels, test_images, test_labels = cifar10(options.data)
    kept, test_kept = ((part == CAT) | (part == DOG) for part in (labels, test_labels))
    labels, test_labels = (labels[kept] == DOG).long(), (test_labels[test_kept] == DOG).long()
    return images[kept], labels, test_images[test_kept], test_labels, 2


def convolution(channels, out, stride):
    return nn.Sequential(nn.Conv2d(channels, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU(True))


def classifier(size, channels, classes):
    if size == 224:
        import torchvision  # needed for this size only
        net = torchvision.models.resnet18()
        net.fc = nn.Linear(512, classes)
        return net
    return nn.Sequential(convolution(channels, 64, 1), convolution(64, 128, 2), convolution(128, 128, 1),
                         convolution(128, 256, 2), convolution(256, 256, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                         nn.Linear(256, classes))


def generator(size, channels):
    """DCGAN: transposed convolutions of these widths, kernels, strides and paddings."""
    design = [(256, 4, 1, 0), (128, 4, 2, 1), (64, 4, 2, 1), (channels, 4, 2, 1)]
    if size == 224:
        design = [(512, 7, 1, 0), (256, 4, 2, 1), (128, 4, 2, 1), (64, 4, 4, 0), (channels, 4, 2, 1)]
    layers, before = [], NOISE
    for width, kernel, stride, padding in design:
        layers += [nn.ConvTranspose2d(before, width, kernel, stride, padding, bias=False), nn.BatchNorm2d(width),
                   nn.ReLU(True)]
        before = width
    return nn.Sequential(*layers[:-2], nn.Tanh())


def initialize(net):
    for module in net.modules():
        if isinstance(module, nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0, 0.02)
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1, 0.02)


def optimizers(options, net, maker):
    if options.supervised:
        of_net = torch.optim.SGD(net.parameters(), 1e-3, 0.9, weight_decay=1e-4)
    else:
        of_net = torch.optim.Adam(net.parameters(), 2e-3, (0.5, 0.999))
    return of_net, torch.optim.Adam(maker.parameters(), 2e-3, (0.5, 0.999))


def loss_of_real(evidence):
    """-1/2 mean log D with D = Z / (Z + 1), of log Z."""
    return 0.5 * (-evidence.mean() + F.softplus(evidence).mean())


def step(net, maker, optimizer, maker_optimizer, labeled, u):
    images, labels = labeled
    optimizer.zero_grad()
    loss_of_real(net(u).logsumexp(1)).backward()
    generated = (maker(torch.randn(len(u), NOISE, 1, 1, device=u.device)) + 1) / 2
    (0.5 * F.softplus(net(generated.detach()).logsumexp(1)).mean()).backward()
    F.cross_entropy(net(images), labels).backward()
    optimizer.step()
    maker_optimizer.zero_grad()
    loss_of_real(net(generated).logsumexp(1)).backward()
    maker_optimizer.step()


def supervised_step(net, optimizer, labeled):
    images, labels = labeled
    optimizer.zero_grad()
    F.cross_entropy(net(images), labels).backward()
    optimizer.step()


def train(options, net, maker, labeled, unlabeled, prepared, accuracy):
    """Steps, and the accuracy after each epoch that is tested. `prepared`: images as the networks take them."""
    optimizer, maker_optimizer = optimizers(options, net, maker)
    steps, found = 0, []
    for epoch in range(options.epochs):
        if options.supervised:
            supervised_step(net, optimizer, labeled)
            steps += 1
        else:
            for chosen in batches(len(unlabeled), options.batch, unlabeled.device, options.max_batches):
                step(net, maker, optimizer, maker_optimizer, labeled, prepared(unlabeled[chosen]))
                steps += 1
        if not options.supervised or epoch % 10 == 9:
            found.append(accuracy())
    return steps, found


def main():
    options = parse()
    device = torch.device(options.device)
    torch.manual_seed(options.seed)
    images, labels, test_images, test_labels, classes = load(options)
    chosen = balanced(labels, LABELED, options.seed)

    def prepared(part):
        part = part.float() / 255
        return part if part.shape[-1] == options.size else F.interpolate(part, size=options.size, mode="bilinear")

    labeled = prepared(images[chosen]).to(device), labels[chosen].to(device)
    images, test_images, test_labels = images.to(device), test_images.to(device), test_labels.to(device)
    net, maker = classifier(options.size, images.shape[1], classes), generator(options.size, images.shape[1])
    net, maker = net.to(device), maker.to(device)
    initialize(maker)

    def accuracy():
        net.eval()
        right = share(predicted(lambda part: net(prepared(part)), test_images, 500) == test_labels)
        net.train()
        return right

    clock = Clock(device)
    steps, found = train(options, net, maker, labeled, images, prepared, accuracy)
    seconds = clock()
    report(peer="sgan", supervised=options.supervised, set=options.set, size=options.size, device=str(device),
           steps=steps, seconds=seconds, it_per_s=steps / seconds, best_acc=max(found, default=0.0),
           last_acc=found[-1] if found else 0.0, seed=options.seed)


if __name__ == "__main__":
    main()
