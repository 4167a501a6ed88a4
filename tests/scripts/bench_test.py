# SPDX-License-Identifier: Apache-2.0
"""scripts/lib/bench.py: what it refuses, and how it counts."""
import io
import json
import sys
import unittest
from argparse import Namespace
from contextlib import redirect_stderr
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "lib"))
import bench


def refused(call):
    """The exit code and the text of a call that must not come back."""
    text = io.StringIO()
    with redirect_stderr(text):
        try:
            call()
        except SystemExit as end:
            return end.code, text.getvalue()
    raise AssertionError("not refused")


class Bench(unittest.TestCase):
    def with_times(self, before, after):
        return mock.patch.multiple(bench, SAMPLE=2.0, cpu_times=mock.Mock(side_effect=[before, after]),
                                   time=mock.Mock())

    def test_the_process_in_the_way_is_named(self):
        with self.with_times({7: (10.0, "idle"), 8: (5.0, "other")}, {7: (10.1, "idle"), 8: (5.4, "other")}):
            code, text = refused(bench.require_quiet)
        self.assertEqual(code, 2)
        self.assertIn("other (process 8) takes 20 % of a core", text)

    def test_a_quiet_machine_is_taken(self):
        with self.with_times({7: (10.0, "idle")}, {7: (10.2, "idle"), bench.os.getpid(): (9.0, "me")}):
            bench.require_quiet()

    def test_processes_are_read_with_odd_names_too(self):
        times = bench.cpu_times()
        used, name = times[bench.os.getpid()]
        self.assertGreaterEqual(used, 0)
        self.assertIn(name, Path("/proc/self/comm").read_text())

    def test_what_is_missing_is_named_before_anything_runs(self):
        here = Path(__file__)
        wanted = Namespace(data=Path("/nowhere"), peer=here, python="python3")
        self.assertEqual(refused(lambda: bench.compare(wanted))[0], 2)
        wanted = Namespace(data=here, peer=here, python="")
        self.assertIn("no Python", refused(lambda: bench.compare(wanted))[1])

    def test_medians_and_their_ratio(self):
        wanted = Namespace(data=Path("/"), peer=Path("/"), python="python3", rounds=3, iterations=10)
        ours, theirs = [(30.0, "blas"), (90.0, "blas"), (20.0, "blas")], [50.0, 60.0, 70.0]
        with mock.patch.multiple(bench, require_quiet=mock.Mock(), sslhost_round=mock.Mock(side_effect=ours),
                                 peer_round=mock.Mock(side_effect=theirs)), redirect_stderr(io.StringIO()):
            result = bench.compare(wanted)
        self.assertEqual((result["sslhost_ms"], result["peer_ms"], result["ratio"]), (30.0, 60.0, 0.5))
        self.assertEqual(len(result["rounds"]), 3)

    def test_milliseconds_of_a_thousand_steps_are_microseconds_of_one(self):
        runs = [{"run_name": f"steps/{n}/repeats:5/real_time", "aggregate_name": a, "real_time": t}
                for n, a, t in ((0, "mean", 9), (0, "median", 1.5), (4, "median", 21.5))]
        with mock.patch.object(bench, "output", return_value=json.dumps({"benchmarks": runs})):
            self.assertEqual(bench.trainer_cost(Path("/")), {"empty_step_us": 1.5, "batch_us": 5.0})


if __name__ == "__main__":
    unittest.main()
