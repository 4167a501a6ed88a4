# SPDX-License-Identifier: Apache-2.0
"""The reference experiments: what is run, with which seeds, and what must come out."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """A bound on a result, for the median over all seeds or for each of them."""
    measure: str  # "test_error", "accuracy" or "macro_f1", fractions
    low: float
    high: float
    each: bool = False

    @property
    def of_whom(self):
        return "each seed" if self.each else "the median"

    def text(self):
        def shown(value):
            return f"{value:g}" if self.measure == "macro_f1" else f"{100 * value:g} %"
        if self.low <= 0:
            return f"at most {shown(self.high)}"
        if self.high >= 1:
            return f"at least {shown(self.low)}"
        return f"from {shown(self.low)} to {shown(self.high)}"


@dataclass(frozen=True)
class Change:
    """Since that version an experiment is another one: records of earlier versions are shown, and named as what they are."""
    version: str
    what: str


@dataclass(frozen=True)
class Target:
    """Time to accuracy: the mean test error over the seeds must be below `test_error` (p < 0.01, one-sided), and each run's training
    take at most `seconds` on two cores with nothing else running."""
    test_error: float
    seconds: float


@dataclass(frozen=True)
class Experiment:
    group: str
    name: str
    title: str
    flags: tuple
    seeds: tuple
    bar: Bar | None  # none: to be compared with its neighbor
    quick: int  # iterations with --quick; 0: a method without any
    data: str = ""  # "MNIST"; "MNIST14", which mnist14.py makes of it; "CIFAR10", the official binary files; "PHOTOS"
    change: Change | None = None
    target: Target | None = None  # shown on the page of records (records.py), with the log of each run and its commit


@dataclass(frozen=True)
class Comparison:
    """Two experiments with the same seeds, which draw the same labels in both: a difference for each seed."""
    group: str
    title: str
    better: str
    baseline: str
    at_least: float | None = None  # of the median gain in accuracy, a fraction; 0 also wants every seed's above it


GROUPS = {
    "R1": "VAT on MNIST with 100 labels, multi-layer perceptron",
    "R2": "VAT on MNIST with 100 labels, small CNN",
    "R3": "Semi-supervised GAN on photos of cats and dogs, 100 labels",
    "R6": "Embedded digits with 50 labels",
    "XI": "VAT's default radii on three data sets",
    "R4": "VAT as a regularizer: MNIST with all labels, small CNN",
    "GAN": "Improved GAN on MNIST with 100 labels",
    "RINGS": "Two circles in the plane, four labels",
    "MNIST": "Methods of noise and pseudo-labels on MNIST with 100 labels",
    "R5": "Autoencoder, then a classifier on its encoder: CIFAR-10",
    "TIME": "Time to accuracy",
}

NOTES = {
    "R4": "Training times are of a busy machine; those with dropout and VAT, seeds 1 and 2, contain 20 minutes in which the runs stood still.",
    "R5": "The pixels of these files went through JPEG (quality 75): accuracies can be a little below those on the original files.",
}

R1 = ("--recipe", "vat/mnist-100-mlp")
ON_FEATURES = ("--encoder", "efficientnet-lite0", "--labels", "100", "--overlap", "false", "--validation", "1000", "--holdout", "1000")
AE = ("--recipe", "autoencoder-transfer/cifar10-better")
# The encoder is updated as often as fine-tuning does it, at the same rates: 5,000 times, falling to 0.
SCRATCH = ("--reconstruct-iterations", "0", "--iterations", "5000", "--schedule", "linear", "--finetune-iterations", "0")
FEWER_LABELS = (250, 500, 1000)
EQUAL_UPDATES = Change("0.2.0", "the encoder had 6,000 updates where the fine-tuned one has 5,000")
LONGER_AVERAGE = Change("0.2.0", "the average reached back over 3,300 updates where the source's reaches over 10,000")
NO_DROPOUT = Change("0.2.0", "pseudo-labels came from a pass with dropout")
SMALL = ("--dataset", "mnist", "--labels", "100", "--model", "mlp-400-400", "--batch", "100", "--iterations", "1000")

PSEUDO_LABELS = (("pseudo-label", "Pseudo-Label"), ("freematch", "FreeMatch"), ("softmatch", "SoftMatch"), ("uda", "UDA"))
ON_A_CNN = PSEUDO_LABELS[1:3]
NEWER_METHODS = (*PSEUDO_LABELS, ("pi-model", "Pi-model"), ("mixmatch", "MixMatch"), ("self-training", "Self-training in rounds"))
OTHER_METHODS = (("mean-teacher", "Mean Teacher"), ("fixmatch", "FixMatch"), *NEWER_METHODS, ("sgan", "Semi-supervised GAN"),
                 ("autoencoder-transfer", "Autoencoder, then a classifier on its encoder"),
                 ("label-propagation", "Label propagation"), ("linear-probe", "Logistic regression"))

SOLVED = ("label-propagation", "linear-probe")  # in one go

EXPERIMENTS = (
    Experiment("R1", "vat-mnist-100-mlp", "VAT as published, labels drawn at random", R1, (0, 1, 2, 3),
               Bar("test_error", 0, 0.015), 240, "MNIST"),
    Experiment("R1", "vat-mnist-100-mlp-balanced", "The same with ten labels of each class",
               (*R1, "--draw", "balanced"), (0, 1), Bar("test_error", 0, 0.015, each=True), 240, "MNIST"),
    Experiment("R2", "supervised-mnist-100-cnn", "The 100 labels alone", ("--recipe", "supervised/mnist-100-cnn"),
               (0, 1, 2), Bar("macro_f1", 0.83, 0.91), 50, "MNIST"),
    Experiment("R2", "vat-mnist-100-cnn", "VAT as published", ("--recipe", "vat/mnist-100-cnn"), (0, 1, 2),
               Bar("macro_f1", 0.96, 1), 20, "MNIST"),
    Experiment("R2", "vat-mnist-100-cnn-better", "VAT as we would do it: shared masks, xi 10, half the iterations",
               ("--recipe", "vat/mnist-100-cnn-better"), (0, 1, 2), Bar("macro_f1", 0.96, 1), 20, "MNIST"),
    Experiment("R2", "vat-mnist-100-cnn-500", "VAT as published with 500 unlabeled samples, all of them in each batch",
               ("--recipe", "vat/mnist-100-cnn", "--unlabeled", "500"), (0, 1, 2), Bar("macro_f1", 0.93, 1), 20, "MNIST"),
    Experiment("R2", "vat-mnist-100-cnn-better-500", "VAT as we would do it with 500 unlabeled samples",
               ("--recipe", "vat/mnist-100-cnn-better", "--unlabeled", "500"), (0, 1, 2), Bar("macro_f1", 0.95, 1), 20, "MNIST"),
    Experiment("R3", "supervised-photos-64", "The 100 labels alone, ResNet-18 from scratch, 64 pixels",
               ("--recipe", "supervised/dogs-vs-cats-64"), (0, 1, 2), None, 4, "PHOTOS"),
    Experiment("R3", "sgan-photos-64", "Semi-supervised GAN as published, at 64 pixels", ("--recipe", "sgan/dogs-vs-cats-64"),
               (0, 1, 2), None, 2, "PHOTOS"),
    Experiment("R3", "supervised-photos-64-better", "The 100 labels alone, trained better: Adam, mirrored pictures, averaged weights",
               ("--recipe", "supervised/dogs-vs-cats-64-better"), (0, 1, 2), None, 4, "PHOTOS"),
    Experiment("R3", "sgan-photos-64-better", "Semi-supervised GAN as we would do it: the same, and feature matching on fresh pictures",
               ("--recipe", "sgan/dogs-vs-cats-64-better"), (0, 1, 2), None, 2, "PHOTOS"),
    Experiment("R3", "sgan-photos-224", "Two of the published 100 epochs at 224 pixels: the pipeline runs",
               ("--recipe", "sgan/dogs-vs-cats", "--iterations", "60"), (0,), None, 1, "PHOTOS"),
    *(Experiment("R3", f"{name}{'-medoids' * (draw == 'medoids')}",
                 f"{title} on features of EfficientNet-Lite0{', labels by medoids' * (draw == 'medoids')}"
                 " (`sslhost models add efficientnet-lite0`)",
                 (*chosen, *ON_FEATURES, *(("--draw", draw) if draw == "medoids" else ())), (0, 1, 2), Bar("test_error", 0, 0.03), quick, "PHOTOS")
      for draw in ("balanced", "medoids")
      for name, title, chosen, quick in (
          ("label-propagation-photos", "Label propagation", ("--recipe", "label-propagation/photos"), 0),
          ("sgan-photos-features", "Semi-supervised GAN", ("--plugin", "sgan"), 100))),
    Experiment("R6", "vat-digits", "VAT", ("--plugin", "vat"), (0, 1, 2, 3, 4), Bar("test_error", 0, 0.04), 300),
    Experiment("R6", "supervised-digits", "The 50 labels alone", ("--plugin", "supervised"), (0, 1, 2, 3, 4),
               Bar("test_error", 0.11, 0.18), 300),
    *(Experiment("R6", f"{method}-digits", title, ("--plugin", method), (0, 1, 2, 3, 4), None,
                 0 if method in SOLVED else 300) for method, title in OTHER_METHODS),
    Experiment("XI", "vat-xi-digits", "Digits", ("--plugin", "vat", "--dataset", "digits", "--recipe", "none"), (0, 1, 2, 3, 4), None, 300),
    Experiment("XI", "vat-xi-mnist", "MNIST, small network, 1,000 iterations", ("--plugin", "vat", *SMALL), (0, 1, 2),
               None, 100, "MNIST"),
    Experiment("XI", "supervised-xi-mnist", "The same, the 100 labels alone", ("--plugin", "supervised", *SMALL),
               (0, 1, 2), None, 100, "MNIST"),
    Experiment("XI", "vat-xi-mnist14", "MNIST at 14×14 and inverted: not looked at when the radii were chosen",
               ("--plugin", "vat", *SMALL), (0, 1, 2), None, 100, "MNIST14"),
    Experiment("XI", "supervised-xi-mnist14", "The same, the 100 labels alone", ("--plugin", "supervised", *SMALL),
               (0, 1, 2), None, 100, "MNIST14"),
    *(Experiment("R4", f"{method}-mnist-full-cnn{'-dropout' * dropout}",
                 f"{'Cross entropy alone' if method == 'supervised' else 'With VAT'}, {'' if dropout else 'no '}dropout",
                 ("--recipe", f"{method}/mnist-full-cnn{'-dropout' * dropout}"), (0, 1, 2), None, 20, "MNIST")
      for dropout in (False, True) for method in ("supervised", "vat")),
    Experiment("R4", "vat-mnist-full-cnn-dropout-better", "With VAT, dropout, the same masks in all passes of a step",
               ("--recipe", "vat/mnist-full-cnn-dropout-better"), (0, 1, 2), None, 20, "MNIST"),
    Experiment("GAN", "sgan-mnist-100-short", "30,000 iterations with rates that fall to 0 and a shorter average",
               ("--recipe", "sgan/mnist-100", "--iterations", "30000", "--schedule", "linear",
                "--generator-schedule", "linear", "--average", "0.999", "--average-warm-up", "tenth"),
               (0,), Bar("test_error", 0, 0.02), 100, "MNIST"),
    Experiment("GAN", "sgan-mnist-100", "The first 30,000 of the published 180,000 iterations",
               ("--recipe", "sgan/mnist-100", "--iterations", "30000"), (0, 1, 2), Bar("test_error", 0, 0.02), 100,
               "MNIST", LONGER_AVERAGE),
    Experiment("GAN", "sgan-mnist-100-full", "As published, 180,000 iterations", ("--recipe", "sgan/mnist-100"), (0, 1, 2),
               Bar("test_error", 0, 0.01), 100, "MNIST"),
    *(Experiment("RINGS", f"{method}-rings", title, ("--recipe", f"{method}/rings"), tuple(range(10)),
                 None if method == "supervised" else Bar("accuracy", 0.99, 1), 0 if method in SOLVED else 100)
      for method, title in (("supervised", "The four labels alone"), ("vat", "VAT"), ("sgan", "Semi-supervised GAN"),
                            ("label-propagation", "Label propagation"))),
    Experiment("RINGS", "sgan-rings-plain", "Semi-supervised GAN, plain generator loss",
               ("--recipe", "sgan/rings", "--generator-loss", "plain"), tuple(range(10)), None, 100),
    *(Experiment("MNIST", f"{method}-mnist-100{'-shift' * (method == 'supervised')}", title,
                 ("--recipe", f"{method}/mnist-100{'-shift' * (method == 'supervised')}"), (0, 1, 2), None, 100, "MNIST")
      for method, title in (("supervised", "The 100 labels alone, shifted at random"), ("mean-teacher", "Mean Teacher"))),
    Experiment("MNIST", "fixmatch-mnist-100", "FixMatch, multi-layer perceptron", ("--recipe", "fixmatch/mnist-100"), (0, 1, 2),
               Bar("test_error", 0, 0.03), 100, "MNIST"),
    Experiment("MNIST", "supervised-mnist-100-cnn-shift", "The 100 labels alone, R2's convolutional network",
               ("--recipe", "supervised/mnist-100-cnn-shift"), (0, 1, 2), None, 20, "MNIST"),
    Experiment("MNIST", "fixmatch-mnist-100-cnn", "FixMatch, R2's convolutional network",
               ("--recipe", "fixmatch/mnist-100-cnn"), (0, 1, 2), Bar("test_error", 0, 0.03), 20, "MNIST", NO_DROPOUT),
    *(Experiment("MNIST", f"{method}-mnist-100", f"{title}, multi-layer perceptron", ("--recipe", f"{method}/mnist-100"), (0, 1, 2), None,
                 100, "MNIST") for method, title in NEWER_METHODS),
    *(Experiment("MNIST", f"{method}-mnist-100-cnn", f"{title}, R2's convolutional network", ("--recipe", f"{method}/mnist-100-cnn"),
                 (0, 1, 2), Bar("test_error", 0, 0.02), 20, "MNIST") for method, title in ON_A_CNN),
    Experiment("MNIST", "freematch-mnist-100-cnn-8000", "FreeMatch, R2's convolutional network, twice as long",
               ("--recipe", "freematch/mnist-100-cnn", "--iterations", "8000"), (0, 1, 2), Bar("test_error", 0, 0.02), 20, "MNIST"),
    Experiment("R5", "autoencoder-cifar10", "As published", ("--recipe", "autoencoder-transfer/cifar10"), (0,),
               Bar("accuracy", 0.419, 1), 100, "CIFAR10"),
    Experiment("R5", "autoencoder-cifar10-better", "4,000 labels, the rest unlabeled: reconstruct, classify, fine-tune", AE,
               (0, 1, 2, 3, 4), None, 100, "CIFAR10"),
    Experiment("R5", "autoencoder-cifar10-scratch", "The same network, labels and updates of the encoder without the autoencoder",
               (*AE, *SCRATCH), (0, 1, 2, 3, 4), None, 100, "CIFAR10", EQUAL_UPDATES),
    *(Experiment("R5", f"autoencoder-cifar10-{labels}{'-scratch' * scratch}",
                 f"{labels:,} labels{', from scratch' * scratch}", (*AE, "--labels", str(labels), *(SCRATCH if scratch else ())),
                 (0, 1, 2, 3, 4), None, 100, "CIFAR10") for labels in FEWER_LABELS for scratch in (False, True)),
    Experiment("R5", "autoencoder-cifar10-probe", "The same encoder, frozen", (*AE, "--finetune-iterations", "0"), (0, 1, 2),
               None, 100, "CIFAR10"),
    Experiment("R5", "autoencoder-cifar10-all", "All labels, fine-tuned twice as long",
               (*AE, "--labels", "-1", "--finetune-iterations", "10000"), (0,), Bar("accuracy", 0.6, 1), 100,
               "CIFAR10"),
    Experiment("TIME", "vat-mnist-100-fast", "MNIST with ten labels of each class", ("--recipe", "vat/mnist-100-fast", "--threads", "2"),
               (0, 1, 2, 3, 4), None, 100, "MNIST", target=Target(0.015, 90)),
    Experiment("TIME", "vat-digits-fast", "The embedded digits with 50 labels, medoids", ("--recipe", "vat/digits-fast", "--threads", "1"),
               (0, 1, 2, 3, 4), None, 100, target=Target(0.02, 3)),
)

COMPARISONS = (
    *(Comparison("R6", f"{title} against the labels alone", f"{method}-digits", "supervised-digits")
      for method, title in (("vat", "VAT"), *OTHER_METHODS)),
    Comparison("R3", "Semi-supervised GAN against the labels alone, 64 pixels", "sgan-photos-64", "supervised-photos-64", 0.1),
    Comparison("R3", "The GAN as we would do it against the labels alone, trained as well, 64 pixels", "sgan-photos-64-better",
               "supervised-photos-64-better", 0.1),
    Comparison("R3", "The GAN as published against the labels alone, trained better, 64 pixels", "sgan-photos-64",
               "supervised-photos-64-better"),
    Comparison("R4", "VAT against cross entropy alone, no dropout", "vat-mnist-full-cnn", "supervised-mnist-full-cnn", 0),
    Comparison("R4", "VAT against cross entropy alone, dropout", "vat-mnist-full-cnn-dropout",
               "supervised-mnist-full-cnn-dropout", 0),
    Comparison("R4", "VAT with the same masks in all passes of a step against cross entropy alone, dropout",
               "vat-mnist-full-cnn-dropout-better", "supervised-mnist-full-cnn-dropout", 0),
    Comparison("R5", "Fine-tuned against from scratch, 4,000 labels", "autoencoder-cifar10-better",
               "autoencoder-cifar10-scratch"),
    *(Comparison("R5", f"Fine-tuned against from scratch, {labels:,} labels", f"autoencoder-cifar10-{labels}",
                 f"autoencoder-cifar10-{labels}-scratch") for labels in FEWER_LABELS),
    *(Comparison("MNIST", f"{title} against the labels alone", f"{method}-mnist-100", "supervised-mnist-100-shift", 0)
      for method, title in (("mean-teacher", "Mean Teacher"), ("fixmatch", "FixMatch"), *NEWER_METHODS)),
    *(Comparison("MNIST", f"{title} against the labels alone, convolutional network", f"{method}-mnist-100-cnn",
                 "supervised-mnist-100-cnn-shift", 0) for method, title in (("fixmatch", "FixMatch"), *ON_A_CNN)),
    Comparison("RINGS", "VAT against the labels alone", "vat-rings", "supervised-rings", 0.1),
    Comparison("RINGS", "Semi-supervised GAN against the labels alone", "sgan-rings", "supervised-rings", 0.1),
    Comparison("RINGS", "Label propagation against the labels alone", "label-propagation-rings", "supervised-rings", 0.1),
)
