# SPDX-License-Identifier: Apache-2.0
"""Runs experiments, keeps their records and writes the page; see scripts/reproduce."""
import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import changes
import cifar10
import mnist14
import results
import wanted_data
from experiments import EXPERIMENTS, GROUPS
from sslhost_statistics import Statistics

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "scripts" / "lib"  # to start programs in: a sslhost.toml of the caller's must not reach an experiment


def fail(text, code=2):
    print(f"reproduce: {text}", file=sys.stderr)
    sys.exit(code)


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/reproduce")
    parser.add_argument("program")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--quick", action="store_true")
    path = lambda text: Path(text).resolve()  # noqa: E731: programs are started in another folder
    parser.add_argument("--adopt", metavar="RUN", type=path)
    parser.add_argument("--check", action="store_true", help="is the page up to date, and are its runs?")
    parser.add_argument("--only", metavar="NAME",
                        help="one experiment of the groups: " + ", ".join(e.name for e in EXPERIMENTS))
    parser.add_argument("--data", type=path, default=ROOT.parent / "shared" / "data" / "mnist",
                        help="folder with MNIST's four files; docs/reference/data.md says where to get them")
    parser.add_argument("--cifar", type=path, default=ROOT.parent / "shared" / "data" / "cifar10",
                        help="folder with CIFAR-10's binary files, or their archive, or a copy as JPEG; see there, too")
    parser.add_argument("--photos", type=path, default=ROOT.parent / "shared" / "data" / "dogs-vs-cats" / "train-200x200",
                        help="folder with pictures of cats and dogs, named cat.1.jpg and so on")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--results", type=path, help=argparse.SUPPRESS)  # for tests
    given = parser.parse_intermixed_args()
    given.program = str(path(given.program))
    for group in given.groups:
        if group not in GROUPS:
            fail(f"expected {', '.join(GROUPS)}, found '{group}'")
    if given.only and given.only not in [e.name for e in EXPERIMENTS]:
        fail(f"there is no experiment '{given.only}'; see scripts/lib/experiments.py")
    return given


class Reproduction:
    def __init__(self, given):
        self.given = given
        self.statistics = Statistics(given.program)
        self.resolved = {}
        self.mnist14 = ROOT / "build" / "mnist14"
        self.rebuilt = cifar10.needs_rebuilding(given.cifar)
        self.folders = {"MNIST": given.data, "MNIST14": self.mnist14,
                        "CIFAR10": ROOT / "build" / "cifar10" if self.rebuilt else given.cifar,
                        "PHOTOS": given.photos}
        self.folder = given.results or ROOT / ("build/quick-results" if given.quick else "docs/results")
        # Variables are options too (SSLHOST_SEED): none of the caller's may reach an experiment.
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("SSLHOST_")
                            or k in ("SSLHOST_CACHE", "SSLHOST_KERNELS", "SSLHOST_LINEAR", "SSLHOST_CONVOLUTION",
                                     "SSLHOST_INFERENCE")}

    def chosen(self):
        return [e for e in EXPERIMENTS if e.group in self.given.groups and self.given.only in (None, e.name)]

    def missing(self):
        """Experiments and seeds whose records are not there, or not of these options."""
        return [(experiment, seed) for experiment in self.chosen()
                for seed in (experiment.seeds[:1] if self.given.quick else experiment.seeds)
                if not self.is_there(experiment, seed)]

    def refuse_missing_data(self, experiments):
        """Before the first run: it may take hours to come to the others."""
        for experiment in experiments:
            for data, path in (("MNIST", self.given.data), ("CIFAR10", self.given.cifar), ("PHOTOS", self.given.photos)):
                if experiment.data.startswith(data) and not path.exists():
                    fail(wanted_data.complaint(path, data))

    def flags(self, experiment, seed):
        flags = [*experiment.flags, "--seed", str(seed)]
        if experiment.data:
            flags += ["--data", str(self.folders[experiment.data])]
        if experiment.data == "CIFAR10" and self.rebuilt:
            flags += ["--origin", cifar10.REBUILT]
        if self.given.quick and experiment.quick:
            flags += ["--iterations", str(experiment.quick)]
        return flags

    def wanted(self, experiment, seed):
        """Every option as the experiment's command line resolves it: name -> (text, origin)."""
        if experiment.name not in self.resolved:  # half a second each; seeds differ in nothing else
            shown = subprocess.run([self.given.program, "config", "--explain", *self.flags(experiment, seed)], text=True, check=True,
                                   stdout=subprocess.PIPE, env=self.environment, cwd=PLACE).stdout
            pairs = (line.split(" = ", 1) for line in shown.splitlines())
            self.resolved[experiment.name] = {name: tuple(rest.removesuffix(")").rsplit("    (", 1)) for name, rest in pairs}
        return {**self.resolved[experiment.name], "seed": (str(seed), "--seed")}

    def is_there(self, experiment, seed):
        record = results.load(self.folder, experiment, seed, self.given.quick)
        return (record is not None and not changes.outdated(experiment, record)
                and not results.differences(record["options"], self.wanted(experiment, seed)))

    def run_folder(self, experiment, seed):
        """Of an earlier run of the same options, else a new one."""
        wanted = self.wanted(experiment, seed)
        base = ROOT / "runs" / ("quick" if self.given.quick else "reproduce")
        for number in range(1, 1000):
            folder = base / (f"{experiment.name}-s{seed}" + (f"-{number}" if number > 1 else ""))
            record = folder / "run.json"
            if not folder.exists():
                return folder
            if record.exists():
                run = json.loads(record.read_text())
                options = {k: v["value"] for k, v in run["options"].items()}
                if not results.differences(options, wanted) and not changes.outdated(experiment, run):
                    return folder
        raise AssertionError("a thousand run folders of one experiment")

    def run(self, experiment, seed):
        folder = self.run_folder(experiment, seed)
        record = folder / "run.json"
        if record.exists() and json.loads(record.read_text())["status"] == "finished":
            command = None
        elif record.exists():
            command = ["--resume", str(folder)]
        else:
            command = [*self.flags(experiment, seed), "--out", str(folder)]
            if self.given.threads:
                command += ["--threads", str(self.given.threads)]
        if command:
            if experiment.data == "MNIST14" and not (self.mnist14 / mnist14.LABELS[-1]).exists():
                mnist14.write(self.given.data, self.mnist14)
            if experiment.data == "CIFAR10" and self.rebuilt:
                cifar10.rebuild(self.given.cifar, self.folders["CIFAR10"])
            print(f"reproduce: {experiment.name}, seed {seed}", file=sys.stderr, flush=True)
            code = subprocess.run([self.given.program, *command], env=self.environment, cwd=PLACE).returncode
            if code != 0:
                fail(f"{experiment.name}, seed {seed} ended with exit code {code}; its folder is {folder}", code)
        results.keep(folder, self.folder, experiment, seed, self.given.quick)

    def adopt(self, run):
        record = results.read_run(run)
        options = {name: option["value"] for name, option in record["options"].items()}
        why = []
        for experiment in self.chosen():
            if options["seed"] not in experiment.seeds:
                why.append(f"{experiment.name}: seed {options['seed']} is none of {experiment.seeds}")
                continue
            wrong = results.differences(options, self.wanted(experiment, options["seed"]))
            if not wrong:
                results.keep(run, self.folder, experiment, options["seed"], self.given.quick)
                print(f"reproduce: {run} is {experiment.name}, seed {options['seed']}", file=sys.stderr)
                return
            why.append(f"{experiment.name}: " + ", ".join(wrong))
        fail(f"{run} is none of these experiments:\n  " + "\n  ".join(why or ["(name a group, as in --adopt RUN R1)"]))

    def complaints(self):
        """What is wrong with the page and the records under it."""
        for page, text in self.pages():
            if not page.exists() or page.read_text() != text:
                yield f"{page} is not what its records say; scripts/reproduce writes it again"
        for experiment in EXPERIMENTS:
            for seed in experiment.seeds:
                record = results.load(self.folder, experiment, seed, quick=False)
                if record is None or changes.outdated(experiment, record):  # which the page says
                    continue
                if wrong := results.differences(record["options"], self.wanted(experiment, seed)):
                    yield (f"{experiment.name}, seed {seed}, was run with {', '.join(wrong)}; "
                           f"scripts/reproduce {experiment.group} runs it again")

    def pages(self):
        beside = self.folder if self.given.quick else self.folder.parent
        return [(beside / name, text) for name, text in results.pages(self.folder, self.statistics, self.given.quick).items()]

    def write_pages(self):
        for page, text in self.pages():
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text)
            print(f"reproduce: {page}", file=sys.stderr)


def main():
    given = arguments()
    work = Reproduction(given)
    try:
        if given.check:
            complaints = list(work.complaints())
            print("\n".join(complaints) or "up to date")
            sys.exit(1 if complaints else 0)
        if given.adopt:
            work.adopt(given.adopt)
        else:
            missing = work.missing()
            work.refuse_missing_data(experiment for experiment, _ in missing)
            for experiment, seed in missing:
                work.run(experiment, seed)
                work.write_pages()
        work.write_pages()
    except results.Unfit as problem:
        fail(str(problem), 3)
    except KeyboardInterrupt:
        fail("stopped; the same command goes on with the run", 75)


if __name__ == "__main__":
    main()
