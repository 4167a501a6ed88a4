# SPDX-License-Identifier: Apache-2.0
"""Paired comparisons of experiments, and R4's table, from kept run records."""
import changes
import verdicts
from experiments import COMPARISONS, EXPERIMENTS


def by_name(name):
    return next(e for e in EXPERIMENTS if e.name == name)


def accuracy(record):
    return 1 - record["results"]["test_error"]


def sections(group, load, statistics):
    """Text lines; load(experiment, seed) gives a record or nothing."""
    text = r4_table(load, statistics) if group == "R4" else rings_share(load) if group == "RINGS" else []
    for comparison in COMPARISONS:
        if comparison.group == group:
            text += compared(comparison, load, statistics)
    return text


def compared(comparison, load, statistics):
    better, baseline = by_name(comparison.better), by_name(comparison.baseline)
    pairs = [(load(better, seed), load(baseline, seed)) for seed in better.seeds]
    again = [changes.to_be_run_again(experiment) for i, experiment in enumerate((better, baseline))
             if any(changes.outdated(experiment, pair[i]) for pair in pairs)]
    gains = [100 * (accuracy(a) - accuracy(b)) for a, b in pairs if a and b]
    text = [f"### {comparison.title}", ""]
    if not gains:
        return text + ["Not run yet.", ""]
    shown = ", ".join(f"{gain:+.2f}" for gain in gains)
    summary = statistics.of(gains)
    line = f"Gain in accuracy for each seed, in points: {shown}. Median {summary.median:+.2f}, {interval(summary)}."
    return text + [" ".join([line, verdict(comparison, summary, len(pairs)), *again]).replace("  ", " ").rstrip(), ""]


def interval(summary):
    if not summary.interval:
        return "one pair has no interval"
    low, high = summary.interval
    return f"mean {summary.mean:+.2f} with a 95 % interval from {low:+.2f} to {high:+.2f} (Student's t, n = {summary.count})"


def verdict(comparison, summary, wanted):
    if comparison.at_least is None:
        return ""
    bar = 100 * comparison.at_least
    expected = "Expected: above 0 in every seed." if bar == 0 else f"Expected of the median: at least {bar:g}."
    return verdicts.verdict(expected, lambda: summary.wins == summary.count if bar == 0 else summary.median >= bar,
                            summary.count, wanted, "pairs")


def rings_share(load):
    """Where the generators of semi-supervised GANs put their points. One that serves classification puts them where no real
    points are: between the classes (Z. Dai et al., arXiv:1705.09783v3, section 3)."""
    text = ["### Where the generated points lie", ""]
    shares = {name: [in_gap(load(by_name(name), seed)) for seed in by_name(name).seeds]
              for name in ("sgan-rings", "sgan-rings-plain")}
    there = [(a, b) for a, b in zip(*shares.values()) if a is not None and b is not None]
    if not there:
        return text + ["Not run yet.", ""]
    matching, plain = (", ".join(f"{100 * share:.1f}" for share in column) for column in zip(*there))
    line = ("Share of 1,000 generated points between the rings (radius from 1.25 to 1.75; of real points 0.6 %), for each seed, in "
            f"percent. Feature matching: {matching}. Plain generator loss: {plain}.")
    verdict_text = verdicts.verdict("Expected: in every seed, more with feature matching.", lambda: all(a > b for a, b in there),
                                    len(there), len(shares["sgan-rings"]), "pairs")
    return text + [f"{line} {verdict_text}", ""]


def in_gap(record):
    return record["results"].get("generated_in_gap") if record else None


PUBLISHED_R4 = {("", "supervised"): 98.77, ("-dropout", "supervised"): 98.53, ("", "vat"): 99.16, ("-dropout", "vat"): 99.01}
EPOCHS_R4 = 12


def r4_table(load, statistics):
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
