# SPDX-License-Identifier: Apache-2.0
"""Every system call that changes files fails once, with each of six errors: what is said, what is left, what comes next."""
import errno
import os
import re
import shutil
import struct
import subprocess
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from crash_points import read_log
from crash_world import LIMIT, SMALL, checkpoint_facts, difference, end_of, reached, say, timeless_rows

# A full disk and one that became read-only stay so; the others pass.
ERRORS = {"ENOSPC": "+", "EDQUOT": "+", "EROFS": "+", "EIO": "", "EINTR": "", "short": ""}
STORAGE = 4  # the exit code
ITERATIONS = ["--iterations", "2", "--checkpoint-every", "2", "--log-every", "1"]


@dataclass
class Scenario:
    name: str
    command: list
    start: object  # the folder that is there before, or none
    good: Callable  # (folder, standard output) -> what is wrong with a result of exit code 0
    afterwards: Callable  # folder -> what is wrong with what is left, once the disk is whole again
    key: Callable = lambda folder: None  # folders of the same key need one look; none: each has its own
    output: str = ""  # a file below the root that takes standard output
    more: dict = field(default_factory=dict)
    last: Callable = lambda log: len(log)  # the last call to break


def complaint(code, errors, error):
    """What is wrong with how a failure was told."""
    if code != STORAGE:
        return f"exit code {code}"
    blocks = [line for line in errors.splitlines() if line.startswith("error:")]
    if len(blocks) != 1:
        return f"{len(blocks)} errors told"
    text = errors[errors.index("error:"):]
    if len(text.splitlines()) > 5:
        return "more than a sentence"
    if error != "short" and os.strerror(getattr(errno, error)).lower() not in text.lower():
        return "the cause is not told"
    return ""


def one(world, scenario, number, error, seen):
    """told, went on or failed."""
    folder = world.scratch(f"{scenario.name}-{number}-{error}")
    disk = folder / "disk"
    shutil.copytree(scenario.start, disk, symlinks=True) if scenario.start else disk.mkdir()
    trace = ["--short", number] if error == "short" else ["--fail", f"{number}:{getattr(errno, error)}{ERRORS[error]}"]
    code, output, errors = call(world, scenario, disk, trace)
    wrong = scenario.good(disk, output) if code == 0 else complaint(code, errors, error)
    if error == "short" and code != 0 and not wrong:
        wrong = "a short write is no error"
    if not wrong:
        key = scenario.key(disk)
        with world.lock:
            known = key is not None and key in seen
            seen.add(key)
        wrong = "" if known else scenario.afterwards(disk)
        if wrong:
            wrong = f"afterwards: {wrong}"
    if wrong:
        world.fail(f"{scenario.name}: call {number}, {error}: {wrong}", disk, errors)
    shutil.rmtree(folder, ignore_errors=True)
    return "failed" if wrong else "went on" if code == 0 else "told"


def call(world, scenario, disk, trace):
    if not scenario.output:
        return world.call(scenario.command, disk, trace=trace, root=disk, **scenario.more)
    with open(disk / scenario.output, "wb") as output:
        done = subprocess.run([str(w) for w in (world.program("trace_storage"), "--root", disk, *trace, "--", *scenario.command)],
                              cwd=disk, stdout=output, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                              env=world.environment, timeout=LIMIT)
    return done.returncode, "", done.stderr.decode(errors="replace")


def sweep(world, scenario, jobs, every):
    folder = world.scratch(f"{scenario.name}-log")
    disk, file = folder / "disk", folder / "log"
    shutil.copytree(scenario.start, disk, symlinks=True) if scenario.start else disk.mkdir()
    code, output, errors = call(world, scenario, disk, ["--log", file])
    wrong = scenario.good(disk, output) if code == 0 else "it failed"
    if wrong:
        raise RuntimeError(f"{scenario.name}: without any fault: exit code {code}, {wrong}: {errors}")
    log = read_log(file)
    last = scenario.last(log)
    todo = [(number, error) for number, name, _, _ in log[:last] for error in ERRORS
            if error != "short" or name in ("write", "pwrite")]
    planned = len(todo)
    todo = [case for first in range(7) for case in todo[::every][first::7]]  # no part is left out where time is up
    say(f"{scenario.name}: {last} calls, {len(todo)} of {planned} faults")
    seen, count = set(), {"told": 0, "went on": 0, "failed": 0}
    with ThreadPoolExecutor(jobs) as pool:
        for outcome in pool.map(lambda case: None if world.is_over() else one(world, scenario, *case, seen), todo):
            if outcome:
                count[outcome] += 1
                if sum(count.values()) % 50 == 0:
                    say(f"{scenario.name}: {sum(count.values())} of {len(todo)} faults, {count['failed']} failed")
    shutil.rmtree(folder)
    return (f"{scenario.name} {last} calls, {sum(count.values())} of {planned} faults, {len(seen)} kinds of what is left: "
            + ", ".join(f"{number} {what}" for what, number in count.items()))


def key_of_run(folder):
    """What decides how a run goes on: all but times, process numbers and the bytes of pages."""
    run, key, lengths = folder / "run", [], {}
    if reached(run) is not None:
        state, tensors = checkpoint_facts(run / "checkpoint.safetensors")
        lengths = state["metrics"]
        key.append((state["total"], tensors))
    for path in sorted(run.rglob("*")) if run.exists() else []:
        name = re.sub(r"\d+-\d+\.tmp$", "tmp", re.sub(r"tfevents\.\d+", "tfevents", str(path.relative_to(run))))
        size = path.stat().st_size
        # How long a file of the metrics is, beside what the checkpoint says.
        recorded = lengths.get("events" if name.startswith("events.") else path.suffix[1:], size)
        rows = str(timeless_rows(path.read_text())) if name == "metrics.jsonl" else ""
        key.append((name, (size > recorded) - (size < recorded), rows, size == 0))
    return str(key)


def run_scenarios(world):
    """A run from nothing, and one that goes on from a checkpoint."""
    train = [world.program(), *SMALL, *ITERATIONS, "--out", "run"]
    resume = [world.program(), "--resume", "run", "--quiet"]
    reference = world.scratch("fault-reference")
    world.must(train, reference)
    wanted = end_of(reference / "run")

    def good(folder, _):
        return difference(folder / "run", wanted)

    def afterwards(folder):
        if reached(folder / "run") is None:
            return "" if not (folder / "run" / "checkpoint.safetensors").exists() else "a broken checkpoint"
        code, _, errors = world.call(resume, folder)
        return difference(folder / "run", wanted) if code == 0 else f"exit code {code}: {errors}"

    def still_there(folder):
        return afterwards(folder) if reached(folder / "run") is not None else "the checkpoint is gone"

    root = world.scratch("fault-probe")
    log = world.folder / "probe.log"
    world.must(train, root, trace=["--log", log], root=root)
    saves = [n for n, name, _, path in read_log(log) if name == "rename" and path.endswith("/checkpoint.safetensors")]
    stopped = world.scratch("fault-stopped")
    world.call(train, stopped, trace=["--kill", saves[1] - 5], root=stopped)
    # From the first save on it is what `resume` does too.
    yield Scenario("train", train, None, good, afterwards, key_of_run, last=lambda log: saves[0] + 3)
    yield Scenario("resume", resume, stopped, good, still_there, key_of_run)
    yield predictions(world, reference / "run")


def predictions(world, run):
    command = [world.program(), "predict", run, "--quiet"]
    whole = world.must(command, world.folder)
    before = end_of(run)
    return Scenario("predictions", command, None,
                    lambda folder, _: "" if (folder / "table.csv").read_text() == whole else "another table",
                    lambda folder: difference(run, before), output="table.csv")


def png(path, number):
    """16 x 16 pixels of one color."""
    row = b"\0" + bytes([(37 * number) % 256, (91 * number) % 256, 64]) * 16

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(row * 16)) + chunk(b"IEND", b""))


def picture_scenario(world):
    """The cache of decoded pictures, and of what was said by the plugins on the way."""
    photos = world.scratch("photos")
    for number in range(12):
        png(photos / "ab"[number % 2] / f"{number}.png", number)
    cpu = min(os.sched_getaffinity(0))
    one_thread = {"preexec_fn": lambda: os.sched_setaffinity(0, {cpu})}  # or the calls would have no order
    out = world.scratch("photo-runs")
    command = ["/bin/sh", "-c", f"rm -rf {out}/$$; exec env SSLHOST_CACHE=\"$PWD\" {world.program()} --dataset images --data {photos} "
               f"--plugin supervised --model mlp-32 --encoder none --holdout 4 --labels 4 --batch 4 --image-size 16 "
               f"--iterations 1 --threads 1 --device cpu --pictures false --quiet --json --out {out}/$$"]
    start = world.scratch("photo-start")  # with what the plugins say, and no pictures
    whole = world.must(command, start, **one_thread)
    shutil.rmtree(start / "images")

    def result(output):
        return {name: output.split(f'"{name}":')[1].split(",")[0] for name in ("test_error", "ece", "iterations")}

    def good(_, output):
        return "" if result(output) == result(whole) else f"another result: {output}"

    def afterwards(folder):
        code, output, errors = world.call(command, folder, **one_thread)
        unfinished = [p.name for p in folder.rglob("*.unfinished")]
        return good(folder, output) or str(unfinished or "") if code == 0 else f"exit code {code}: {errors}"

    def key(folder):
        return str(sorted((str(p.relative_to(folder)), p.stat().st_size) for p in (folder / "images").rglob("*")))

    return Scenario("image-cache", command, start, good, afterwards, key, more=one_thread)


def two_plugins(world):
    """A copy of the programs that finds no other plugins: trying all of them takes ten times as long a fault."""
    copy = world.scratch("two-plugins")
    plugins = Path("lib", "sslhost", "plugins")
    for place, names in (("bin", ["sslhost", "sslhost-worker"]), (plugins, ["supervised.so", "digits.so"]),
                         ("lib", [file.name for file in (world.binaries.parent / "lib").glob("libsslhost*.so*")])):
        (copy / place).mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.copy2(world.binaries.parent / place / name, copy / place / name, follow_symlinks=False)
    return copy / "bin" / "sslhost"


def probe_scenario(world):
    """The cache of what plugins said when they were tried."""
    command = ["/bin/sh", "-c", f"exec env XDG_CACHE_HOME=\"$PWD\" {two_plugins(world)} plugins --check --json"]
    start = world.scratch("probes")
    whole = world.must(command, start)
    entries = sorted((start / "sslhost" / "probes").iterdir())
    entries[0].unlink()

    def good(_, output):
        return "" if output == whole else "another answer"

    def afterwards(folder):
        code, output, errors = world.call(command, folder)
        return good(folder, output) if code == 0 else f"exit code {code}: {errors}"

    def key(folder):
        return str(sorted(re.sub(r"\d+-\d+\.tmp$", "tmp", p.name) + str(p.stat().st_size) for p in folder.rglob("*.*")))

    return Scenario("probe-cache", command, start, good, afterwards, key)


def run(world, jobs, every=1):
    begin = time.monotonic()
    parts = [sweep(world, scenario, jobs, every)
             for scenario in (*run_scenarios(world), picture_scenario(world), probe_scenario(world))]
    return f"storage faults ({', '.join(ERRORS)}): " + "; ".join(parts) + f"; {time.monotonic() - begin:.0f} s"
