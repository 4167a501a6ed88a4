# SPDX-License-Identifier: Apache-2.0
"""scripts/crash in short, and that it finds what a careless program does: crash_test.py BUILD-FOLDER"""
import io
import os
import sys
import tempfile
import unittest
from contextlib import redirect_stderr
from pathlib import Path

BUILD = Path(sys.argv.pop(1)).resolve()
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "lib"))
import crash_faults
import crash_kills
import crash_points
from crash_world import World

JOBS = 2


class Crash(unittest.TestCase):
    def setUp(self):
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        folder = tempfile.TemporaryDirectory(prefix="sslhost-crash-", dir=memory)
        self.addCleanup(folder.cleanup)
        self.world = World(BUILD / "bin", Path(folder.name))

    def careless(self, how):
        """What the harness finds in a program that saves in this way."""
        command = ["/bin/sh", "-c", f"mkdir -p saved && exec {self.world.program('careless_saver')} {how} $PWD/saved"]
        start = self.world.scratch("start")
        (start / "saved").mkdir()

        def reached(folder):
            text = (folder / "number").read_text() if (folder / "number").exists() else ""
            return int(text.split()[1]) if text.startswith("number ") and text.endswith("\n") else None

        def good(disk, _):
            return "" if reached(disk / "saved") == 3 else "the last number is not there"

        nothing = lambda disk: ""  # noqa: E731: it never goes on
        subject = crash_points.Subject("careless", command, "saved", "number", reached, nothing, nothing, start)
        scenario = crash_faults.Scenario("careless", command, start, good, nothing)
        found = []
        for part in (lambda: crash_points.sweep(self.world, subject, JOBS, 1),
                     lambda: crash_faults.sweep(self.world, scenario, JOBS, 1)):
            before = len(self.world.failures)
            with redirect_stderr(io.StringIO()):
                part()
            found.append(" ".join(self.world.failures[before:]))
        return found

    def test_a_file_that_is_written_over_is_found(self):
        crashes, _ = self.careless("in-place")
        self.assertIn("kill after call", crashes)

    def test_a_rename_of_what_was_never_flushed_is_found(self):
        crashes, _ = self.careless("no-sync")
        self.assertNotIn("kill after call", crashes)
        for kind in ("names", "zeros", "torn"):  # strict and names leave the same here
            self.assertIn(f"{kind} after call", crashes)

    def test_a_folder_that_is_never_flushed_is_found(self):
        crashes, _ = self.careless("no-folder-sync")
        self.assertNotIn("kill after call", crashes)
        self.assertIn("strict after call", crashes)

    def test_an_error_that_nobody_looks_at_is_found(self):
        _, faults = self.careless("silent")
        for error in ("ENOSPC", "EIO", "EROFS"):
            self.assertIn(f"{error}: the last number is not there", faults)
        _, faults = self.careless("no-folder-sync")  # tells that it failed, but never why
        self.assertIn("ENOSPC: the cause is not told", faults)

    def test_nothing_is_lost_between_the_calls_of_a_save(self):
        print(crash_points.run(self.world, JOBS, every=40))
        self.assertEqual(self.world.failures, [])

    def test_a_disk_that_fails_is_told_and_costs_nothing(self):
        print(crash_faults.run(self.world, JOBS, every=70))
        self.assertEqual(self.world.failures, [])

    def test_signals_at_random_moments_lose_nothing(self):
        print(crash_kills.run(self.world, 15, seed=1, jobs=JOBS))
        self.assertEqual(self.world.failures, [])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as here:
        code, _, errors = World(BUILD / "bin", Path(here)).call(["true"], here, trace=["--log", "/dev/null"], root=here)
    if code != 0:
        print(f"skipped: the system does not let one process trace another ({errors.strip()}, exit code {code})")
        sys.exit(77)
    unittest.main()
