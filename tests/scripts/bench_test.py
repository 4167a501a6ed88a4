# SPDX-License-Identifier: Apache-2.0
"""scripts/lib/bench.py: what it refuses, and how it counts."""
import io
import json
import sys
import tempfile
import unittest
from argparse import Namespace
from contextlib import redirect_stderr
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "lib"))
import bench
import bench_inference

PEERS = Path(__file__).resolve().parents[1] / "peers"


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

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = Path(folder.name)
        for name in ("train-images-idx3-ubyte.gz", "data_batch_1.bin"):
            (self.data / name).touch()

    def arguments(self, **more):
        return Namespace(**{"data": self.data, "cifar": self.data, "peers": PEERS, "python": "python3", "rounds": 3,
                            "iterations": 10, "cases": ["r1"], "binaries": self.data, "device": "cpu", "precision": "fp32",
                            "compile": None, **more})

    def test_what_is_missing_is_named_before_anything_runs(self):
        bench.refuse_what_is_missing(self.arguments(cases=list(bench.CASES)))
        for name, case in bench.CASES.items():
            missing = self.arguments(cases=[name], peers=Path("/nowhere"))
            code, text = refused(lambda: bench.refuse_what_is_missing(missing))
            self.assertEqual(code, 2)
            self.assertIn(f"{case.script} is not there: name another folder with --peers", text)
        missing = self.arguments(cases=[], python="")
        self.assertIn("no Python", refused(lambda: bench.refuse_what_is_missing(missing))[1])

    def test_missing_data_are_named_with_where_to_get_them(self):
        for name, flag, files in (("r1", "data", "MNIST's four files"), ("r5-classify", "cifar", "data_batch_1.bin")):
            for folder in ("/nowhere", str(PEERS), __file__):
                missing = self.arguments(cases=[name], **{flag: Path(folder)})
                code, text = refused(lambda: bench.refuse_what_is_missing(missing))
                self.assertEqual(code, 2)
                for said in (files, f"in {folder}, found none", f"--{flag}; docs/reference/data.md says", "--trainer"):
                    self.assertIn(said, text)

    def test_more_iterations_than_the_peer_can_do_are_refused(self):
        wanted = self.arguments(cases=["r4"], iterations=469)
        self.assertIn("at most 449", refused(lambda: bench.refuse_what_is_missing(wanted))[1])

    def test_the_scripts_are_those_of_the_source_tree(self):
        with mock.patch.object(sys, "argv", ["bench", "--binaries", "/nowhere"]):
            self.assertEqual(bench.parse().peers, PEERS)

    def test_every_script_has_the_flags_and_results_of_its_case(self):
        common = (PEERS / "common.py").read_text()
        for case in bench.CASES.values():
            text = (PEERS / case.script).read_text()
            compile(text, case.script, "exec")
            for flag in [word for word in ("--data", *case.peer_flags) if word.startswith("--")]:
                self.assertIn(f'add_argument("{flag}"', text + common, case.script)
            for result in (case.steps, case.seconds):
                self.assertRegex(text, rf"[ (]{result}=", case.script)

    def test_speeds_are_medians_of_rounds_on_one_core(self):
        answers = iter([(120, 60), (100, 80), (90, 60)])

        def run(command, **more):
            if "features_bench" in str(command[0]):
                self.ours, self.theirs = next(answers)
                return json.dumps({"images_per_second": self.ours, "kernel": "avx2"})
            self.assertEqual(more["env"]["OMP_NUM_THREADS"], "1")
            return "a warning\n" + json.dumps({"images_per_second": self.theirs, "batch": 8})

        middle = Namespace(median=lambda values: sorted(values)[1])
        with mock.patch.multiple(bench, output=mock.Mock(side_effect=run), Statistics=mock.Mock(return_value=middle)), \
                redirect_stderr(io.StringIO()):
            result = bench.compare_speeds(self.arguments(), bench.SPEEDS["features"])
        self.assertEqual((result["sslhost"], result["peer"], result["ratio"]), (100, 60, 1.5))
        self.assertIn("ratio 1.50; medians of 3", bench.SPEEDS["features"].line(result))

    def test_models_are_timed_in_turn_and_shown_by_their_medians(self):
        turns = []

        def run(command, **more):
            words = [str(word) for word in command]
            side = "sslhost" if "classifier_bench" in words[0] else "onnxruntime" if "--onnx" in words else "torch"
            if "env" not in more:
                return ""  # a model is made
            turns.append(side)
            self.assertEqual(more["env"]["OMP_NUM_THREADS"], "1")
            return "a warning\n" + json.dumps({"milliseconds": len(turns), "images_per_second": 1000, "version": "9"})

        quiet = mock.Mock(side_effect=AssertionError("one thread counts CPU time"))
        with mock.patch.dict(bench.os.environ, {bench_inference.ONNX_PYTHON: "python-of-onnx"}):
            result = bench_inference.compare(self.arguments(threads=[1]), run, quiet, lambda v: sorted(v)[1], self.data)
        self.assertEqual(turns, list(bench_inference.SIDES) * 9)
        self.assertEqual(result["networks"]["digits"]["1"]["torch"]["milliseconds"], 6)
        self.assertIn("onnxruntime 9 5.000 ms, 1,000/s", next(iter(bench_inference.lines(result))))

    def test_models_need_a_python_with_onnxruntime(self):
        with mock.patch.dict(bench.os.environ, clear=True):
            wanted = self.arguments(cases=["inference"])
            self.assertIn("SSLHOST_ONNX_PYTHON", refused(lambda: bench.refuse_what_is_missing(wanted))[1])

    def test_a_picture_of_noise_is_a_png(self):
        picture = bench_inference.png(3, 1)
        self.assertTrue(picture.startswith(b"\x89PNG") and picture.endswith(b"IEND\xaeB`\x82"))

    def test_photos_that_are_missing_are_named(self):
        for photos in (None, self.data):
            wanted = self.arguments(cases=["decode"], photos=photos)
            self.assertIn("--photos", refused(lambda: bench.refuse_what_is_missing(wanted))[1])

    def test_medians_and_their_ratio(self):
        ours, theirs = [(30.0, "blas"), (90.0, "blas"), (20.0, "blas")], [50.0, 60.0, 70.0]
        middle = Namespace(median=lambda values: sorted(values)[1])
        with mock.patch.multiple(bench, require_quiet=mock.Mock(), sslhost_round=mock.Mock(side_effect=ours),
                                 peer_round=mock.Mock(side_effect=theirs), Statistics=mock.Mock(return_value=middle)), \
                redirect_stderr(io.StringIO()):
            result = bench.compare(self.arguments(), bench.CASES["r1"])
        self.assertEqual((result["sslhost_ms"], result["peer_ms"], result["ratio"]), (30.0, 60.0, 0.5))
        self.assertEqual(len(result["rounds"]), 3)

    def test_the_peers_first_iterations_do_not_count(self):
        case = bench.CASES["r5-classify"]
        # 3 s come first, and an iteration takes 50 ms.
        answer = mock.Mock(side_effect=lambda command, **_: json.dumps(
            {"head_steps": command[-1], "head_s": 3 + 0.05 * command[-1], "ae_s": 99}))
        with mock.patch.object(bench, "output", answer):
            self.assertAlmostEqual(bench.peer_round(self.arguments(), case), 50)
        with mock.patch.object(bench, "output", return_value=json.dumps({"head_steps": 7, "head_s": 3})):
            self.assertIn("expected 30 iterations, found 7", refused(lambda: bench.peer_round(self.arguments(), case))[1])

    def test_only_the_phase_counts(self):
        rows = [("reconstruct", 20, 100.0), ("classify", 45, 200.0), ("classify", 65, 200.8), ("classify", 85, 202.0)]

        def train(command, **_):
            run = Path(command[command.index("--out") + 1])
            run.mkdir()
            (run / "metrics.jsonl").write_text("".join(
                json.dumps({"phase": p, "iteration": i, "seconds": s}) + "\n" for p, i, s in rows))
            (run / "run.json").write_text('{"device": {"linear_layers": "blas"}}')

        with mock.patch.object(bench, "output", mock.Mock(side_effect=train)):
            milliseconds, linear = bench.sslhost_round(self.arguments(), bench.CASES["r5-classify"])
        self.assertAlmostEqual(milliseconds, 50)
        self.assertEqual(linear, "blas")

    def test_both_sides_are_narrowed_alike(self):
        seen = {}

        def run(command, **more):
            seen[Path(command[0]).name] = {**bench.os.environ, **more.get("env", {})}
            raise SystemExit  # the environment is all that is wanted

        with mock.patch.object(sys, "argv", ["bench", "--binaries", "/b", "--python", "/p", "--kernels", "avx2"]), \
                mock.patch.dict(bench.os.environ), mock.patch.multiple(
                    bench, refuse_what_is_missing=mock.Mock(), require_quiet=mock.Mock(), output=mock.Mock(side_effect=run)):
            with self.assertRaises(SystemExit):
                bench.main()
            with self.assertRaises(SystemExit):
                bench.peer_seconds(self.arguments(), bench.CASES["r1"], 3)
        self.assertEqual(set(seen), {"sslhost", "python3"})
        for environment in seen.values():
            for name, value in bench.NARROWED["avx2"].items():
                self.assertEqual(environment[name], value)

    def test_the_share_of_the_products(self):
        answer = json.dumps({"milliseconds": 39.0, "gflops": 203.2, "peak": 236.4})
        with mock.patch.object(bench, "output", return_value=answer):
            self.assertEqual(bench.products(Path("/"), 52.0), {"ms": 39.0, "share": 0.75, "gflops": 203.2, "peak_gflops": 236.4})

    def test_milliseconds_of_a_thousand_steps_are_microseconds_of_one(self):
        runs = [{"run_name": f"steps/{n}/repeats:5/real_time", "aggregate_name": a, "real_time": t}
                for n, a, t in ((0, "mean", 9), (0, "median", 1.5), (4, "median", 21.5))]
        with mock.patch.object(bench, "output", return_value=json.dumps({"benchmarks": runs})):
            self.assertEqual(bench.trainer_cost(Path("/")), {"empty_step_us": 1.5, "batch_us": 5.0})


if __name__ == "__main__":
    unittest.main()
