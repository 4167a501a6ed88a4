# SPDX-License-Identifier: Apache-2.0
"""Paired comparisons of experiments, and R4's table, from kept run records."""
import math
import statistics

import verdicts
from experiments import COMPARISONS, EXPERIMENTS

# Student's t, two-sided 95 %, for n - 1 degrees of freedom (n: 2 to 10).
T95 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}


def by_name(name):
    return next(e for e in EXPERIMENTS if e.name == name)


def accuracy(record):
    return 1 - record["results"]["test_error"]


def sections(group, load):
    """Text lines; load(experiment, seed) gives a record or nothing."""
    text = r4_table(load) if group == "R4" else rings_share(load) if group == "RINGS" else []
    for comparison in COMPARISONS:
        if comparison.group == group:
            text += compared(comparison, load)
    return text


def compared(comparison, load):
    better, baseline = by_name(comparison.better), by_name(comparison.baseline)
    pairs = [(load(better, seed), load(baseline, seed)) for seed in better.seeds]
    gains = [100 * (accuracy(a) - accuracy(b)) for a, b in pairs if a and b]
    text = [f"### {comparison.title}", ""]
    if not gains:
        return text + ["Not run yet.", ""]
    shown = ", ".join(f"{gain:+.2f}" for gain in gains)
    line = f"Gain in accuracy for each seed, in points: {shown}. Median {statistics.median(gains):+.2f}, {interval(gains)}."
    return text + [f"{line} {verdict(comparison, gains, len(pairs))}".rstrip(), ""]


def interval(gains):
    if len(gains) < 2:
        return "one pair has no interval"
    half = T95[len(gains)] * statistics.stdev(gains) / math.sqrt(len(gains))
    mean = statistics.mean(gains)
    return f"mean {mean:+.2f} with a 95 % interval from {mean - half:+.2f} to {mean + half:+.2f} (Student's t, n = {len(gains)})"


def verdict(comparison, gains, wanted):
    if comparison.at_least is None:
        return ""
    bar = 100 * comparison.at_least
    expected = "Expected: above 0 in every seed." if bar == 0 else f"Expected of the median: at least {bar:g}."
    return verdicts.verdict(expected, lambda: min(gains) > 0 if bar == 0 else statistics.median(gains) >= bar,
                            len(gains), wanted, "pairs")


def rings_share(load):
    """Where the semi-supervised GAN's generator puts its points."""
    experiment = by_name("sgan-rings")
    records = [load(experiment, seed) for seed in experiment.seeds]
    shares = [100 * r["results"]["generated_between_rings"] for r in records
              if r and "generated_between_rings" in r["results"]]
    text = ["### Where the generated points lie", ""]
    if not shares:
        return text + ["Not run yet.", ""]
    shown = ", ".join(f"{share:.0f}" for share in shares)
    line = f"Share of 1,000 generated points with a radius between 1 and 2, for each seed, in percent: {shown}."
    verdict_text = verdicts.verdict("Expected of each: above half.", lambda: min(shares) > 50,
                                    len(shares), len(records), "runs")
    return text + [f"{line} {verdict_text}", ""]


PUBLISHED_R4 = {("", "supervised"): 98.77, ("-dropout", "supervised"): 98.53, ("", "vat"): 99.16, ("-dropout", "vat"): 99.01}
EPOCHS_R4 = 12


def r4_table(load):
    """Accuracy (median over seeds) and seconds an epoch, with and without dropout and VAT."""
    text = ["| dropout | VAT | accuracy | published | seconds an epoch | of that without VAT |", "|" + " --- |" * 6]
    for dropout in ("", "-dropout"):
        plain = None
        for method in ("supervised", "vat"):
            experiment = by_name(f"{method}-mnist-full-cnn{dropout}")
            records = [r for r in (load(experiment, seed) for seed in experiment.seeds) if r]
            row = [("yes" if dropout else "no"), ("yes" if method == "vat" else "no")]
            if records:
                epoch = statistics.median(r["results"]["seconds"] for r in records) / EPOCHS_R4
                plain = plain or epoch
                row += [f"{100 * statistics.median(map(accuracy, records)):.2f} % (n = {len(records)})",
                        f"{PUBLISHED_R4[dropout, method]} %", f"{epoch:.1f}",
                        "1" if method == "supervised" else f"{epoch / plain:.2f}"]
            else:
                row += ["not run yet", f"{PUBLISHED_R4[dropout, method]} %", "", ""]
            text.append("| " + " | ".join(row) + " |")
    return text + [""]
