# SPDX-License-Identifier: Apache-2.0
"""How long it takes to a given accuracy: docs/records.md, and what its runs keep beside what all keep."""
import json
import subprocess
from pathlib import Path

import verdicts

ROOT = Path(__file__).resolve().parents[2]
LINES = 20  # of a run's log, at most
P = 0.01


def of_run(run):
    """The commit that made it, and where it stood when."""
    lines = [json.loads(line) for line in (Path(run) / "metrics.jsonl").read_text().splitlines()]
    every = -(-len(lines) // LINES)
    kept = [line for i, line in enumerate(lines) if (len(lines) - 1 - i) % every == 0]
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], text=True, check=True, stdout=subprocess.PIPE).stdout.strip()
    return {"commit": commit, "log": [{k: v for k, v in line.items() if isinstance(v, (int, float))} for line in kept]}


def section(experiment, command, runs, statistics):
    target = experiment.target
    text = [f"### {experiment.title}", "", f"`{command}`", ""]
    done = [record for _, record in runs if record]
    if not done:
        return text + ["Not run yet.", ""]
    text += ["| seed | test error | training | commit | machine |", "|" + " --- |" * 5]
    text += [row(experiment, seed, record) for seed, record in runs]
    return text + ["", verdict(target, done, len(runs), statistics), ""]


def row(experiment, seed, record):
    if not record:
        return f"| {seed} | not run yet |" + " |" * 3
    r = record["results"]
    return (f"| {seed} | {100 * r['test_error']:.2f} % | [{r['seconds']:.1f} s](results/{experiment.name}-s{seed}.json) | "
            f"{record['commit'][:10]} | {record['device']['hardware']}, {record['device']['linear_layers']} |")


def verdict(target, done, wanted, statistics):
    errors = [record["results"]["test_error"] for record in done]
    slowest = max(record["results"]["seconds"] for record in done)
    expected = (f"Expected: a mean test error below {100 * target.test_error:g} % with p < {P:g}, "
                f"each in {target.seconds:g} s of training.")
    if len(done) < 2:
        return verdicts.verdict(expected, None, len(done), wanted, "runs")
    summary, p = statistics.below(errors, target.test_error)
    low, high = (100 * end for end in summary.interval)
    found = (f"**Mean test error {100 * summary.mean:.2f} %** (95 % interval {low:.2f} to {high:.2f}, n = {summary.count}; "
             f"p = {p:.2g}, Student's t, one-sided), at most {slowest:.1f} s. ")
    return found + verdicts.verdict(expected, lambda: p < P and slowest <= target.seconds, len(done), wanted, "runs")
