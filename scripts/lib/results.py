# SPDX-License-Identifier: Apache-2.0
"""Kept run records, and the page that is made of them and of nothing else."""
import json
import math
from pathlib import Path

import changes
import comparisons
import records
import verdicts
from experiments import EXPERIMENTS, GROUPS, NOTES

# Where a run lay and what it was watched by: no part of the experiment.
UNRELATED = {"out", "data", "origin", "pictures", "device", "threads", "log_every", "eval_every", "checkpoint_every"}

# What options of sslhost 0.1 are called now; kept records have the names of their time.
RENAMED = {"rate": "learning_rate", "deviation": "std", "ramp_share": "ramp_fraction"}

# What runs did before an option was there, where that is no longer what a recipe wants.
BEFORE = {"average_warm_up": "tenth"}

# Defaults that are left to the method today, and what they were.
LEFT_TO_METHOD = {"epsilon": ("0.0", 0.2)}

# Of sslhost up to 0.2.0's first builds; methods that ask for no strong views never saw it.
EARLIER_STRONG = "shift randaugment cutout"


class Unfit(Exception):
    """A record that must not be kept or shown."""


def file_of(folder, experiment, seed):
    return Path(folder) / f"{experiment.name}-s{seed}.json"


def keep(run, folder, experiment, seed, quick):
    """Writes the part of run.json that the page and a reader need; no paths of this machine."""
    record = read_run(run)
    kept = {
        "experiment": experiment.name,
        "quick": quick,
        "command": command(experiment, seed, quick),
        "method": record["method"],
        "dataset": record["dataset"],
        "versions": record["versions"],
        "device": record["device"],
        "data": {k: v for k, v in record["data"].items() if k not in ("origin", "licence")},
        "options": {k: v["value"] for k, v in record["options"].items() if k not in ("out", "data")},
        "results": {**record["results"], **of_generated_points(run, record)},
        **(records.of_run(run) if experiment.target else {}),
    }
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in kept.items())
    target = file_of(folder, experiment, seed)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".new")
    temporary.write_text("{\n" + lines + "\n}\n")
    temporary.replace(target)


def of_generated_points(run, record):
    """Of a generator on the two rings, of radius 1 and 2: the share of its points between them. Of real points 0.6 % lie there."""
    file = Path(run) / "pictures" / "generated.csv"
    if record["dataset"] != "rings" or not file.exists():
        return {}
    points = [tuple(map(float, line.split(","))) for line in file.read_text().splitlines()[1:]]
    return {"generated_in_gap": sum(1.25 < math.hypot(*point) < 1.75 for point in points) / len(points)}


def read_run(run):
    record = json.loads((Path(run) / "run.json").read_text())
    if record["status"] != "finished":
        raise Unfit(f"{run}: expected a finished run, found one that is '{record['status']}'")
    return record


def command(experiment, seed, quick):
    """What a reader would type."""
    words = ["sslhost", *experiment.flags, "--seed", str(seed)]
    if experiment.data:
        words += ["--data", experiment.data]
    if quick and experiment.quick:
        words += ["--iterations", str(experiment.quick)]
    return " ".join(words)


def today(options):
    """The same options by the names that they have now, also those of a prefix: finetune_rate."""
    def name_of(name):
        for old, new in RENAMED.items():
            if ends_with(name, old) and not ends_with(name, new):
                return name.removesuffix(old) + new
        return name
    options = dict(options)
    if options.get("encoder") in ("model", "conv"):  # of autoencoder-transfer, before the host had an option of that name
        options["architecture"] = options.pop("encoder")
    return {name_of(name): value for name, value in options.items()}


def ends_with(name, word):
    return name == word or name.endswith("_" + word)


def differences(options, wanted):
    """Options of a run (name: value) that are not the wanted ones (name: (text, origin))."""
    found = BEFORE | today(options)
    wrong = []
    for name, (value, origin) in wanted.items():
        if name in UNRELATED or (value, origin) == ("auto", "default"):  # the run settled it for its data, and recorded that
            continue
        if origin == "default" and (value, found.get(name)) == LEFT_TO_METHOD.get(name):
            continue
        if name == "strong" and origin == "default" and found.get(name) == EARLIER_STRONG and found.get("plugin") != "fixmatch":
            continue
        if name not in found:
            if origin != "default":  # an option that did not exist yet: the run did what is the default now
                wrong.append(f"no {name} instead of {value}")
        elif not same(found[name], value):
            wrong.append(f"{name} {text_of(found[name])} instead of {value}")
    return wrong


def text_of(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def same(value, text):
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) == float(text)
    return text_of(value) == text


def load(folder, experiment, seed, quick):
    """The kept record, or nothing."""
    file = file_of(folder, experiment, seed)
    if not file.exists():
        return None
    record = json.loads(file.read_text())
    found = (record["experiment"], record["quick"], record["options"]["seed"])
    if found != (experiment.name, quick, seed):
        raise Unfit(f"{file}: expected experiment, quick, seed {(experiment.name, quick, seed)}, found {found}")
    return record


def pages(folder, statistics, quick=False):
    """What is written beside the folder of results: name -> text."""
    written = {"results.md": page(folder, statistics, quick)}
    return written if quick else {**written, "records.md": page_of_records(folder, statistics)}


def page_of_records(folder, statistics):
    text = ["# Time to accuracy", "",
            "How long training takes until a model is good enough: what somebody feels who waits for it. Written by `scripts/reproduce TIME` "
            "from the run records in [results](results), which hold each run's log and the commit that made it; typed by nobody. "
            "Recipes were chosen by validation parts of other draws of labels than those that are shown, and the test part chose nothing. "
            "Two cores, nothing else running; seconds are those of training, without the start of the program, evaluations and files.", ""]
    for experiment in EXPERIMENTS:
        if experiment.target:
            runs = [(seed, load(folder, experiment, seed, quick=False)) for seed in experiment.seeds]
            text += records.section(experiment, command(experiment, "S", quick=False), runs, statistics)
    return "\n".join(text).rstrip() + "\n"


def page(folder, statistics, quick=False):
    text = ["# Quick results: shortened runs, no measurement" if quick else "# Results", "",
            "Written by `scripts/reproduce` from the run records in [results](results), one for each run; "
            "typed by nobody." if not quick else "Written by `scripts/reproduce --quick`.", ""]
    if not quick:
        text += ["Test error and F1 (mean over the classes) are those of the last weights; the test part chooses nothing. "
                 "The seed draws the labeled samples too, and "
                 "that draw decides most: so every seed is shown, and the median counts. "
                 "Seconds are training time on the machine as it was, often with other work beside it. "
                 "The line below a table says which version made it: versions draw other numbers, "
                 "so that one seed ends with other digits in each, and medians count.", ""]
    for group, title in GROUPS.items():
        if all(e.target for e in EXPERIMENTS if e.group == group) and not quick:
            continue  # on a page of its own
        text += [f"## {group}. {title}", ""] + ([NOTES[group], ""] if group in NOTES else [])
        if not quick:
            text += comparisons.sections(group, lambda experiment, seed: load(folder, experiment, seed, quick), statistics)
        for experiment in EXPERIMENTS:
            if experiment.group == group and (quick or not experiment.target):
                seeds = experiment.seeds[:1] if quick else experiment.seeds
                text += section(experiment, [(s, load(folder, experiment, s, quick)) for s in seeds], statistics, quick)
    return "\n".join(text).rstrip() + "\n"


def section(experiment, runs, statistics, quick):
    text = [f"### {experiment.title}", "", f"`{command(experiment, 'S', quick)}`", ""]
    done = [record for _, record in runs if record]
    if not done:
        return text + ["Not run yet.", ""]
    text += ["| seed | test error | F1 | labels | iterations | training | machine |", "|" + " --- |" * 7]
    text += [row(seed, record) for seed, record in runs]
    text.append("")
    if not quick:
        text += [verdict(experiment, runs, statistics), ""]
    if any(changes.outdated(experiment, record) for record in done):
        text += [changes.to_be_run_again(experiment), ""]
    versions = sorted({f"sslhost {r['versions']['sslhost']}, LibTorch {r['versions']['libtorch']}, "
                       f"{r['versions']['compiler']}" for r in done})
    return text + ["Made with " + "; ".join(versions) + ".", ""]


def row(seed, record):
    if not record:
        return f"| {seed} | not run yet |" + " |" * 5
    r = record["results"]
    return (f"| {seed} | {100 * r['test_error']:.2f} % | {r['macro_f1']:.3f} | {record['data']['labeled']} | "
            f"{r['iterations']:,} | {r['seconds']:,.1f} s | {record['device']['hardware']}, "
            f"{record['device']['linear_layers']} |")


def measured(record, measure):
    return 1 - record["results"]["test_error"] if measure == "accuracy" else record["results"][measure]


NAMES = {"test_error": "test error", "accuracy": "accuracy", "macro_f1": "F1"}


def verdict(experiment, runs, statistics):
    bar = experiment.bar
    values = [measured(record, bar.measure if bar else "test_error") for _, record in runs if record]
    complete = len(values) == len(runs)
    median = statistics.median(values)
    what = NAMES[bar.measure if bar else "test_error"]
    if not bar:
        return f"**Median {what} {100 * median:.2f} %.**" if complete else verdicts.verdict(
            "", None, len(values), len(runs), "runs")
    sentence = verdicts.verdict(
        f"Expected of {bar.of_whom}: {bar.text()}.",
        lambda: all(bar.low <= value <= bar.high for value in (values if bar.each else [median])),
        len(values), len(runs), "runs")
    if not complete:
        return sentence
    shown = f"{median:.3f}" if bar.measure == "macro_f1" else f"{100 * median:.2f} %"
    return f"**Median {what} {shown}.** {sentence}"
