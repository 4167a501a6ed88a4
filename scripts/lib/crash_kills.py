# SPDX-License-Identifier: Apache-2.0
"""Random signals at random moments to front, worker or both, while a run is trained, resumed and predicts."""
import ctypes
import os
import random
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from crash_world import LIMIT, SMALL, difference, end_of, reached, say

ITERATIONS = ["--iterations", "400", "--checkpoint-every", "5", "--log-every", "20"]
SIGNALS = [signal.SIGKILL] * 4 + [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGSEGV, signal.SIGABRT,
                                  signal.SIGBUS]
TARGETS = ["front", "worker", "both"]
# To these sslhost answers with a checkpoint; others end it where it is.
ASK_TO_END = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
PR_SET_CHILD_SUBREAPER = 36


def children(process):
    """Of a front: its worker, if there is one."""
    try:
        return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def send(process, target, number):
    """Whether anyone got it."""
    workers = children(process.pid)
    targets = {"front": [process.pid], "worker": workers, "both": workers + [process.pid]}[target]
    got = False
    for one in targets:
        try:
            os.kill(one, number)
            got = True
        except ProcessLookupError:
            pass
    return got, workers


def wait_for(workers):
    """A worker whose front was killed writes a checkpoint and ends; it is our child then."""
    for worker in workers:
        try:
            os.waitpid(worker, 0)
        except ChildProcessError:
            while Path(f"/proc/{worker}").exists():
                time.sleep(0.002)


def codes_of(number):
    """What may end so: done, stopped, by the signal; else plugin (the worker died in its call) or bug (elsewhere), too."""
    return {0, 75, 128 + number, -number} | (set() if number in ASK_TO_END else {5, 70})


class Chain:
    """Runs that follow each other, in a folder of their own."""

    def __init__(self, world, seed, number, reference, table, longest):
        self.world, self.random = world, random.Random(f"{seed} {number}")
        self.folder = world.scratch(f"chain-{number}")
        self.reference, self.table = reference, table
        self.kills, self.finished, self.not_begun = 0, 0, 0
        self.longest = dict(longest)  # seconds from start to end, by verb
        self.verb = "train"

    def command(self):
        return [self.world.program(), *{"train": [*SMALL, *ITERATIONS, "--out", "run"], "resume": ["--resume", "run", "--quiet"],
                                        "predict": ["predict", "run", "--quiet"]}[self.verb]]

    def go(self, disturbed):
        """Starts, sends a signal in the middle where it is to be disturbed, and waits until all have ended: (exit code,
        what was sent, the codes that may be)."""
        begin = time.monotonic()
        with open(self.folder / "out", "wb") as output, open(self.folder / "err", "wb") as errors:
            process = subprocess.Popen(self.command(), cwd=self.folder, env=self.world.environment, stdout=output,
                                       stderr=errors, stdin=subprocess.DEVNULL)
        moment = self.random.uniform(0, 1.05) * self.longest[self.verb]
        sent, workers, codes = "", [], {0}
        try:
            process.wait(moment if disturbed else LIMIT)
        except subprocess.TimeoutExpired:
            target, number = self.random.choice(TARGETS), self.random.choice(SIGNALS)
            got, workers = send(process, target, number)
            if got:
                sent = f"{signal.Signals(number).name} to {target} {moment:.3f} s after the start of {self.verb}"
                codes = codes_of(number)
        code = process.wait(LIMIT)
        wait_for(workers)
        if not sent and code == 0:
            took = time.monotonic() - begin
            self.longest[self.verb] = 0.7 * self.longest[self.verb] + 0.3 * took  # others use the machine, too
        return code, sent, codes

    def fail(self, what):
        self.world.fail(f"chain: {what}", self.folder, (self.folder / "err").read_text(errors="replace"))
        self.begin_anew()

    def begin_anew(self):
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        self.verb = "train"

    def step(self, disturbed):
        had = reached(self.folder / "run")
        code, sent, codes = self.go(disturbed)
        self.kills += bool(sent)
        what = f"{self.verb}, {sent or 'undisturbed'}, exit code {code}"
        if code not in codes:
            return self.fail(what)
        have = reached(self.folder / "run")
        if had is not None and (have is None or have < had):
            return self.fail(f"{what}: the checkpoint of iteration {had} became {have}")
        if self.verb == "predict":
            self.after_prediction(code, what)
        elif code == 0:
            differs = difference(self.folder / "run", self.reference)
            self.finished += 1
            if differs:
                return self.fail(f"{what}: differs in {differs}")
            self.verb = "predict"
        elif have is None:  # nothing was trained yet
            self.not_begun += 1
            self.longest["train"] *= 1.2  # or a machine that became slower would never come to a checkpoint
            self.begin_anew()
        else:
            self.verb = "resume"
        return None

    def after_prediction(self, code, what):
        differs = difference(self.folder / "run", self.reference)
        table = (self.folder / "out").read_text()
        if differs or (code == 0 and table != self.table):
            self.fail(f"{what}: the run or the predictions differ ({differs})")
        elif code == 0:
            self.begin_anew()


def run(world, kills, seed, jobs):
    begin = time.monotonic()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    folder = world.scratch("kill-reference")
    times = [time.monotonic()]
    world.must([world.program(), *SMALL, *ITERATIONS, "--out", "run"], folder)
    times.append(time.monotonic())
    reference = end_of(folder / "run")
    table = world.must([world.program(), "predict", "run", "--quiet"], folder)
    times.append(time.monotonic())
    longest = {"train": times[1] - times[0], "resume": times[1] - times[0], "predict": times[2] - times[1]}
    chains = [Chain(world, seed, number, reference, table, longest) for number in range(jobs)]
    shares = [kills // jobs + (number < kills % jobs) for number in range(jobs)]

    def work(chain, share):
        while not world.is_over() and (chain.kills < share or chain.verb != "train"):
            before = chain.kills
            chain.step(chain.kills < share)
            if chain.kills % 25 == 0 and chain.kills != before:
                say(f"kills: {chain.folder.name}: {chain.kills} of {share}, {len(world.failures)} failed")

    before = len(world.failures)
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(work, chains, shares))
    total = [sum(getattr(chain, name) for chain in chains) for name in ("kills", "finished", "not_begun")]
    return (f"kills: {total[0]} (seed {seed}), {total[1]} runs finished, {total[2]} killed before their first checkpoint, "
            f"{len(world.failures) - before} failed; {time.monotonic() - begin:.0f} s")
