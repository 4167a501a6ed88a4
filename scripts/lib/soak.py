# SPDX-License-Identifier: Apache-2.0
"""Watches runs for long: resident memory and open files of the worker, every ten seconds."""
import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ALLOWED = 0.01  # growth of resident memory after the first minute
STEP = 10  # seconds between two looks
# Everything that is kept or written, as often as a second or more.
BUSY = ["--iterations", "1000000000", "--threads", "1", "--log-every", "10", "--eval-every", "100", "--checkpoint-every", "100",
        "--quiet"]


def worker_of(front):
    children = Path(f"/proc/{front}/task/{front}/children").read_text().split()
    return int(children[0]) if children else None


def memory_and_files(pid):
    """Bytes that are the process's own, and the number of its open files."""
    status = Path(f"/proc/{pid}/status").read_text().split("\n")
    kilobytes = next(int(line.split()[1]) for line in status if line.startswith("RssAnon"))
    return 1024 * kilobytes, len(os.listdir(f"/proc/{pid}/fd"))


class Watched:
    def __init__(self, name, program, arguments, folder):
        self.name, self.seen = name, []
        self.out = Path(folder) / name
        command = [program, *arguments, *BUSY, "--out", str(self.out)]
        self.front = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def look(self, seconds):
        if self.front.poll() is not None:
            sys.exit(f"soak: {self.name} ended with {self.front.returncode}: {self.front.stderr.read()}")
        if worker := worker_of(self.front.pid):
            self.seen.append((seconds, *memory_and_files(worker)))

    def end(self):
        self.front.send_signal(signal.SIGTERM)
        self.front.communicate()
        return self.front.returncode

    def iterations(self):
        lines = (self.out / "metrics.csv").read_text().strip().split("\n")
        return int(lines[-1].split(",")[0])

    def verdict(self):
        """The line that is printed, and whether all is well."""
        later = [s for s in self.seen if s[0] >= 60]
        first, most = later[0][1], max(memory for _, memory, _ in later)
        growth = most / first - 1
        # One more is open for a moment, while a checkpoint is written: those that stay open are the fewest.
        half = len(later) // 2
        early, late = (min(files for _, _, files in part) for part in (later[:half], later[half:]))
        good = growth <= ALLOWED and early == late
        return (f"{self.name}: {self.iterations()} iterations in {later[-1][0] / 60:.0f} minutes; resident {first / 1e6:.1f} MB after "
                f"a minute, at most {most / 1e6:.1f} MB later ({100 * growth:+.2f} %), at the end {later[-1][1] / 1e6:.1f} MB; files that "
                f"stay open: {early} in the first half, {late} in the second", good)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("minutes", nargs="?", type=float, default=60)
    parser.add_argument("--data")
    a = parser.parse_args()
    if a.minutes < 2:
        parser.error("at least 2 minutes: the first one is not counted")
    with tempfile.TemporaryDirectory() as folder:
        runs = [Watched("digits", a.program, ["--plugin", "vat"], folder)]
        if a.data:
            runs.append(Watched("mnist", a.program, ["--plugin", "vat", "--dataset", "mnist", "--data", a.data, "--labels", "100"],
                                folder))
        start = time.monotonic()
        while (seconds := time.monotonic() - start) < 60 * a.minutes:
            for run in runs:
                run.look(seconds)
            time.sleep(STEP)
        codes = [run.end() for run in runs]
        verdicts = [run.verdict() for run in runs]
    for (line, good), code in zip(verdicts, codes):
        print(line + ("" if good else "  TOO MUCH") + ("" if code == 75 else f"  exit code {code}"))
    sys.exit(not all(good for _, good in verdicts) or any(code != 75 for code in codes))


if __name__ == "__main__":
    main()
