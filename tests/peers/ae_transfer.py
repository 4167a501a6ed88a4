# SPDX-License-Identifier: Apache-2.0
"""R5 in PyTorch: an autoencoder on CIFAR-10, then a classifier on its frozen encoder; twin of the recipe
autoencoder-transfer/cifar10.

The same: 3 to 16 to 4 channels and back, Adam 1e-3, 35 epochs of 42,500 images in batches of 32; then both
convolutions without their ReLUs and with one pool (1,024 features), 1024-512-10 with dropout 0.2, SGD 1e-3, 40 epochs.
Flip, turn by up to 15 degrees and resized crop are one bilinear sampling of the whole batch on the device, as in
sslhost; usual are loops over single images on the CPU.
Different: other random numbers; the first 85 % of the training part instead of a drawn share; a crop that does not fit
is cut to the image instead of being drawn among those that fit; no validation between epochs, and so no smaller rates
on a plateau and no choice of the best weights; losses are never looked at.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from common import Clock, batches, flags, predicted, report, share
from images import cifar10

MEAN, DEVIATION = (0.4914, 0.4822, 0.4465), (0.247, 0.243, 0.261)


def parse():
    parser = flags(__doc__)
    parser.add_argument("--ae-epochs", type=int, default=35)
    parser.add_argument("--epochs", type=int, default=40, help="of the classifier")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--tuned", action="store_true", help="what a careful user adds: channels_last, fused updates")
    parser.add_argument("--max-batches", type=int, default=0, help="for timing: stop each epoch here")
    return parser.parse_args()


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 16, 3, padding=1), nn.Conv2d(16, 4, 3, padding=1)
        self.back1, self.back2 = nn.ConvTranspose2d(4, 16, 2, 2), nn.ConvTranspose2d(16, 3, 2, 2)

    def features(self, x):
        """Without ReLUs and with one pool: the source takes the layers apart and loses what is no layer."""
        return F.max_pool2d(self.conv2(self.conv1(x)), 2).flatten(1)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return torch.sigmoid(self.back2(F.relu(self.back1(x))))


def classifier():
    return nn.Sequential(nn.Linear(4 * 16 * 16, 1024), nn.ReLU(), nn.Dropout(0.2), nn.Linear(1024, 512), nn.ReLU(),
                         nn.Dropout(0.2), nn.Linear(512, 10))


def augmented(x):
    """Flip, turn and resized crop, drawn for each image, as one affine grid."""
    count = len(x)

    def uniform(low, high):
        return torch.rand(count, device=x.device) * (high - low) + low

    scale, ratio = uniform(0.08, 1.0), torch.exp(uniform(math.log(3 / 4), math.log(4 / 3)))
    angle = uniform(-15, 15) * math.pi / 180
    width, height = (scale * ratio).sqrt().clamp(max=1), (scale / ratio).sqrt().clamp(max=1)
    center_x, center_y = uniform(-1, 1) * (1 - width), uniform(-1, 1) * (1 - height)
    flip = torch.where(torch.rand(count, device=x.device) < 0.5, -1.0, 1.0)
    cos, sin = angle.cos(), angle.sin()
    to_x = torch.stack([cos * width * flip, -sin * height, cos * center_x - sin * center_y], 1)
    to_y = torch.stack([sin * width * flip, cos * height, sin * center_x + cos * center_y], 1)
    grid = F.affine_grid(torch.stack([to_x, to_y], 1), x.shape, align_corners=False)
    return F.grid_sample(x, grid, align_corners=False)


def train(epochs, order, optimizer, loss_of, device):
    """Steps, and their seconds. `order()`: an epoch's batches of indices."""
    clock, steps = Clock(device), 0
    for _ in range(epochs):
        for chosen in order():
            loss = loss_of(chosen)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            steps += 1
    return steps, clock()


def main():
    options = parse()
    device = torch.device(options.device)
    torch.manual_seed(options.seed)
    images, labels, test_images, test_labels = cifar10(options.data)
    images, labels = images.to(device), labels.to(device)
    test_images, test_labels = test_images.to(device), test_labels.to(device)
    mean, deviation = (torch.tensor(values, device=device).view(1, 3, 1, 1) for values in (MEAN, DEVIATION))

    def normalized(x):
        return (x.float() / 255 - mean) / deviation

    def order():
        return batches(int(len(images) * 0.85), options.batch, device, options.max_batches)

    autoencoder = Autoencoder().to(device)
    fused = None
    if options.tuned:
        autoencoder, fused = autoencoder.to(memory_format=torch.channels_last), True

    def reconstruction(chosen):
        x = augmented(normalized(images[chosen]))
        return F.mse_loss(autoencoder(x), x)

    optimizer = torch.optim.Adam(autoencoder.parameters(), 1e-3, fused=fused)
    ae_steps, ae_seconds = train(options.ae_epochs, order, optimizer, reconstruction, device)
    head = classifier().to(device)

    def cross_entropy(chosen):
        with torch.no_grad():
            features = autoencoder.features(augmented(normalized(images[chosen])))
        return F.cross_entropy(head(features), labels[chosen])

    optimizer = torch.optim.SGD(head.parameters(), 1e-3, fused=fused)
    head_steps, head_seconds = train(options.epochs, order, optimizer, cross_entropy, device)
    head.eval()
    found = predicted(lambda x: head(autoencoder.features(x)), normalized(test_images), 1000)
    report(peer="ae_transfer", device=str(device), ae_steps=ae_steps, ae_s=ae_seconds,
           ae_it_per_s=ae_steps / ae_seconds, head_steps=head_steps, head_s=head_seconds,
           head_it_per_s=head_steps / max(head_seconds, 1e-9), acc=share(found == test_labels))


if __name__ == "__main__":
    main()
