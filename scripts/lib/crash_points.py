# SPDX-License-Identifier: Apache-2.0
"""A crash after each system call that changes files: each state that it may leave is resumed, to the same bits."""
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable

from crash_world import SMALL, difference, end_of, reached, say

ITERATIONS = ["--iterations", "4", "--checkpoint-every", "2", "--log-every", "1"]
KINDS = ("kill", "strict", "names", "zeros", "torn", "data")


@dataclass
class Subject:
    """A program that saves into `folder` below a disk of its own, under the name `target`."""
    name: str
    command: list
    folder: str
    target: str
    reached: Callable  # folder -> how far what is saved there got; none: nothing whole is
    go_on: Callable  # disk -> what is wrong once the program went on from there
    begin: Callable  # the same where nothing was saved yet
    start: object = None  # a disk to begin with


def promises(subject, log, index, states):
    """By the number of a call: how far what is saved must have got, whatever crashes then. A save counts from when its
    name was made durable with its folder; the last one when the program ended."""
    of_kill = {number: states / state / subject.folder for number, kind, state in index if kind == "kill"}
    renamed = promised = None
    result = {}
    for number, name, value, path in log:
        if name == "rename" and value == 0 and path.endswith("/" + subject.target):
            renamed = subject.reached(of_kill[number])
        if name == "fsync" and value == 0 and path.endswith("/" + subject.folder):
            promised = renamed
        result[number] = promised
    result[log[-1][0]] = subject.reached(of_kill[log[-1][0]])
    return result


def of_kills(subject, index, states):
    """By the number of a call: how far it got before, as a process that is killed leaves it. It must not get less."""
    most, known, result = None, {}, {}
    for number, kind, state in index:
        if kind != "kill":
            continue
        result[number] = most
        if state not in known:
            known[state] = subject.reached(states / state / subject.folder)
        most = larger(most, known[state])
    return result


def larger(one, other):
    return other if one is None else one if other is None else max(one, other)


def read_log(file):
    log = []
    for line in file.read_text().splitlines():
        number, name, value, path = line.split(" ", 3)
        log.append((int(number), name, int(value), path))
    return log


def read_index(states):
    return [(int(number), kind, state) for number, kind, state in
            (line.split() for line in (states / "index").read_text().splitlines())]


def record(world, subject):
    """Runs once, and keeps what every crash would leave: (log, index, folder of the states)."""
    folder = world.scratch(subject.name)
    root, states, log = folder / "disk", folder / "states", folder / "log"
    shutil.copytree(subject.start, root, symlinks=True) if subject.start else root.mkdir()
    states.mkdir()
    world.must(subject.command, root, trace=["--log", log, "--states", states], root=root)
    return read_log(log), read_index(states), states


def cases(index, promised, killed):
    """Every state once, with the most that must be in it and the crashes that leave it, the most demanding first."""
    result = {}
    for number, kind, state in index:
        needed = larger(promised[number], killed[number] if kind == "kill" else None)
        case = result.setdefault(state, [None, []])
        crash = (number, kind)
        most = larger(case[0], needed)
        case[1] = [crash, *case[1]] if most != case[0] else [*case[1], crash]
        case[0] = most
    return result


def judge(world, subject, states, state, most, crashes):
    """Goes on from one state, as its user would."""
    number, kind = crashes[0]
    what = f"{subject.name}: {kind} after call {number}" + (f" and {len(crashes) - 1} more" if len(crashes) > 1 else "")
    disk = world.scratch(f"{subject.name}-at-{state}")
    shutil.copytree(states / state, disk, symlinks=True, dirs_exist_ok=True)
    have = subject.reached(disk / subject.folder)
    if most is not None and (have is None or have < most):
        outcome, wrong = "failed", f"{most} was saved for good, and now there is {have}"
    else:
        outcome = "not begun" if have is None else "resumed"
        wrong = (subject.begin if have is None else subject.go_on)(disk)
    shutil.rmtree(disk)
    if wrong:
        world.fail(what, states / state, wrong)
        outcome = "failed"
    return outcome


def sweep(world, subject, jobs, every):
    log, index, states = record(world, subject)
    of_states = cases(index, promises(subject, log, index, states), of_kills(subject, index, states))
    last = {state for number, _, state in index if number == log[-1][0]}
    # In an order that leaves no part out where time is up before the end.
    chosen = [state for place, state in enumerate(of_states) if place % every == 0 or state in last]
    chosen = [state for first in range(7) for state in chosen[first::7]]
    say(f"{subject.name}: {len(log)} calls, {len(index)} crashes, {len(chosen)} of {len(of_states)} states to go on from")
    count = {"resumed": 0, "not begun": 0, "failed": 0}

    def one(state):
        return None if world.is_over() else judge(world, subject, states, state, *of_states[state])

    with ThreadPoolExecutor(jobs) as pool:
        for outcome in pool.map(one, chosen):
            if outcome:
                count[outcome] += 1
                if sum(count.values()) % 50 == 0:
                    say(f"{subject.name}: {sum(count.values())} of {len(chosen)} states, {count['failed']} failed")
    shutil.rmtree(world.folder / subject.name)
    return (f"{subject.name} {len(log)} calls, {len(index)} crashes ({', '.join(KINDS)}) that leave {len(of_states)} states, "
            f"of which looked at {sum(count.values())}: " + ", ".join(f"{number} {what}" for what, number in count.items()))


def stopped_run(world):
    """A folder with a run that was killed in the middle of its second save."""
    root, log = world.scratch("probe"), world.folder / "probe.log"
    command = [world.program(), *SMALL, *ITERATIONS, "--out", "run"]
    world.must(command, root, trace=["--log", log], root=root)
    renames = [number for number, name, _, path in read_log(log)
               if name == "rename" and path.endswith("/checkpoint.safetensors")]
    root = world.scratch("stopped")
    world.call(command, root, trace=["--kill", renames[1] - 5], root=root)
    if reached(root / "run") != 0:
        raise RuntimeError("the run was not killed in its second save")
    return root


def subjects(world):
    train = [world.program(), *SMALL, *ITERATIONS, "--out", "run"]
    resume = [world.program(), "--resume", "run", "--quiet"]
    reference = world.scratch("reference")
    world.must(train, reference)
    wanted = end_of(reference / "run")

    def go_on(disk):
        code, _, errors = world.call(resume, disk)
        differs = difference(disk / "run", wanted) if code == 0 else ""
        return f"resumed: exit code {code}; differs in: {differs}; {errors}" if code != 0 or differs else ""

    def begin(disk):  # the folder is taken, or refused in words
        code, _, errors = world.call(train, disk)
        good = code == 0 or (code == 8 and errors.count("error:") == 1)
        return "" if good else f"begun again: exit code {code}: {errors}"

    save = {"folder": "run", "target": "checkpoint.safetensors", "reached": reached, "go_on": go_on, "begin": begin}
    yield Subject("train", train, **save)
    yield Subject("resume", resume, **save, start=stopped_run(world))


def run(world, jobs, every=1):
    begin = time.monotonic()
    parts = [sweep(world, subject, jobs, every) for subject in subjects(world)]
    return "points: " + "; ".join(parts) + f"; {time.monotonic() - begin:.0f} s"
