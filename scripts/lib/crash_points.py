# SPDX-License-Identifier: Apache-2.0
"""A crash after each system call that changes files: each state that it may leave is resumed, to the same bits."""
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

from crash_world import SMALL, difference, end_of, reached, say

ITERATIONS = ["--iterations", "4", "--checkpoint-every", "2", "--log-every", "1"]
KINDS = ("kill", "strict", "names", "zeros", "torn", "data")


def promises(log, index, states, run_name):
    """By the number of a call: the iterations of the last checkpoint that must survive it, or none. That is the one
    whose name was made durable with its folder."""
    of_kill = {number: state for number, kind, state in index if kind == "kill"}
    renamed = promised = None
    result = {}
    for number, name, value, path in log:
        if name == "rename" and value == 0 and path.endswith("/checkpoint.safetensors"):
            renamed = reached(states / of_kill[number] / run_name)
        if name == "fsync" and value == 0 and path.endswith("/" + run_name):
            promised = renamed
        result[number] = promised
    return result


def read_log(file):
    log = []
    for line in file.read_text().splitlines():
        number, name, value, path = line.split(" ", 3)
        log.append((int(number), name, int(value), path))
    return log


def read_index(states):
    return [(int(number), kind, state) for number, kind, state in
            (line.split() for line in (states / "index").read_text().splitlines())]


def record(world, name, command, start=None):
    """Runs once, and keeps what every crash would leave: (log, index, folder of the states)."""
    world.scratch(name)
    root, states, log = world.folder / name / "disk", world.folder / name / "states", world.folder / name / "log"
    shutil.copytree(start, root, symlinks=True) if start else root.mkdir()
    states.mkdir()
    world.must(command, root, trace=["--log", log, "--states", states], root=root)
    return read_log(log), read_index(states), states


def cases(log, index, promised):
    """Every state once, with the most that must be in it and the crashes that leave it."""
    result = {}
    for number, kind, state in index:
        most, crashes = result.setdefault(state, [None, []])
        if promised[number] is not None:
            result[state][0] = max(promised[number], -1 if most is None else most)
        crashes.append((number, kind))
    return result


def judge(world, state, most, crashes, states, reference, name):
    """Goes on from one state, as its user would."""
    number, kind = crashes[0]
    what = f"{name}: {kind} after call {number}" + (f" and {len(crashes) - 1} more" if len(crashes) > 1 else "")
    folder = world.scratch(f"{name}-at-{state}")
    shutil.copytree(states / state, folder, symlinks=True, dirs_exist_ok=True)
    have = reached(folder / "run")
    said, outcome = "", "resumed"
    if most is not None and (have is None or have < most):
        said = f"the checkpoint of iteration {most} was durable, and now there is " + (
            "none" if have is None else f"that of {have}")
    elif have is None:  # nothing was promised yet: the folder is taken or refused in words
        code, _, errors = world.call([world.program(), *SMALL, *ITERATIONS, "--out", "run"], folder)
        outcome = "not begun"
        if code not in (0, 8) or (code == 8 and errors.count("error:") != 1):
            said = f"begun again: exit code {code}: {errors}"
    else:
        code, _, errors = world.call([world.program(), "--resume", "run", "--quiet"], folder)
        differs = difference(folder / "run", reference) if code == 0 else ""
        if code != 0 or differs:
            said = f"resumed: exit code {code}, differs in: {differs}; {errors}"
    if said:
        world.fail(what, states / state, said)
        outcome = "failed"
    shutil.rmtree(folder)
    return outcome


def sweep(world, name, jobs, every, reference, start=None):
    command = [world.program()] + ([*SMALL, *ITERATIONS, "--out", "run"] if start is None else ["--resume", "run", "--quiet"])
    log, index, states = record(world, name, command, start)
    promised = promises(log, index, states, "run")
    all_cases = list(cases(log, index, promised).items())[::every]
    say(f"{name}: {len(log)} calls, {len(index)} crashes, {len(all_cases)} states to go on from")
    count = {"resumed": 0, "not begun": 0, "failed": 0}
    with ThreadPoolExecutor(jobs) as pool:
        results = pool.map(lambda case: judge(world, case[0], *case[1], states, reference, name), all_cases)
        for done, outcome in enumerate(results, 1):
            count[outcome] += 1
            if done % 100 == 0:
                say(f"{name}: {done} of {len(all_cases)} states, {count['failed']} failed")
    shutil.rmtree(world.folder / name)
    return len(log), len(index), len(all_cases), count


def reference_run(world):
    folder = world.scratch("reference")
    world.must([world.program(), *SMALL, *ITERATIONS, "--out", "run"], folder)
    return end_of(folder / "run")


def stopped_run(world):
    """A folder with a run that was killed in the middle of its second save."""
    probe = world.scratch("probe")
    log = world.folder / "probe.log"
    command = [world.program(), *SMALL, *ITERATIONS, "--out", "run"]
    world.must(command, probe, trace=["--log", log], root=probe)
    renames = [number for number, name, _, path in read_log(log)
               if name == "rename" and path.endswith("/checkpoint.safetensors")]
    root = world.scratch("stopped")
    world.call(command, root, trace=["--kill", renames[1] - 5], root=root)
    assert reached(root / "run") == 0, "the run was killed in its second save"
    return root


def run(world, jobs, every=1):
    begin = time.monotonic()
    reference = reference_run(world)
    parts = []
    for name, start in (("train", None), ("resume", stopped_run(world))):
        calls, crashes, states, count = sweep(world, name, jobs, every, reference, start)
        parts.append(f"{name} {calls} calls, {crashes} crashes ({', '.join(KINDS)}), {states} states: "
                     + ", ".join(f"{number} {what}" for what, number in count.items()))
    return "points: " + "; ".join(parts) + f"; {time.monotonic() - begin:.0f} s"
