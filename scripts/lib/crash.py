# SPDX-License-Identifier: Apache-2.0
"""The campaign of scripts/crash: what to run, and the summary."""
import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

import crash_faults
import crash_kills
import crash_points
from crash_world import World


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, found {number}")
    return number


def parse():
    parser = argparse.ArgumentParser(prog="scripts/crash")
    parser.add_argument("--binaries", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--kills", type=positive)
    parser.add_argument("--points", action="store_true")
    parser.add_argument("--storage", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=positive, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--every", type=positive, default=1)
    parser.add_argument("--minutes", type=positive)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if not (given.kills or given.points or given.storage):
        given.kills, given.points, given.storage = 3000, True, True
    return given


def place(given):
    if given.folder:
        given.folder.mkdir(parents=True, exist_ok=True)
        return given.folder.resolve()
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="sslhost-crash-", dir=memory))


def campaign(world, given):
    """Lines of the summary."""
    if given.points:
        yield crash_points.run(world, given.jobs, given.every)
    if given.storage:
        yield crash_faults.run(world, given.jobs, given.every)
    if given.kills:
        yield crash_kills.run(world, given.kills, given.seed, given.jobs)


def main():
    given = parse()
    folder = place(given)
    world = World(given.binaries.resolve(), folder, given.minutes)
    for line in campaign(world, given):
        print(line, flush=True)
    failures = world.failures
    for failure in failures:
        print(f"FAILED {failure}")
    print(f"{len(failures)} failures" + (f", kept in {world.kept}" if failures else ""))
    if not failures and not given.folder:
        shutil.rmtree(folder)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
