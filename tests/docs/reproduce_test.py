# SPDX-License-Identifier: Apache-2.0
"""scripts/lib/reproduce.py and results.py with a made-up sslhost: what is run, kept, refused and shown."""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import experiments
import mnist14
import reproduce
import results
from sslhost_statistics import Statistics

BY_NAME = {e.name: e for e in experiments.EXPERIMENTS}
SUPERVISED = BY_NAME["supervised-digits"]

STATISTICS = Statistics(os.environ["SSLHOST_PROGRAM"])

# Resolves and "trains" with the options in $0.options, where there are any; statistics are the built program's.
PROGRAM = """#!/usr/bin/env python3
import json, os, pathlib, sys
words = sys.argv[1:]
if words[0] == "statistics":
    os.execv(os.environ["SSLHOST_PROGRAM"], ["sslhost", *words])
flag = lambda name: words[words.index(name) + 1] if name in words else None
options = {"plugin": "p", "seed": int(flag("--seed")), "learning_rate": 0.002, "overlap": True, "out": flag("--out") or ""}
more = pathlib.Path(sys.argv[0] + ".options")
options.update(json.loads(more.read_text()) if more.exists() else {})
if words[0] == "config":
    for name, value in options.items():
        print(f"{name} = {str(value).lower() if isinstance(value, bool) else value}    (default)")
    sys.exit()
"""


def record(seed, error, status="finished", **options):
    options = {"plugin": "p", "seed": seed, "learning_rate": 0.002, "overlap": True, "out": "/home/me/run", **options}
    return {"status": status, "method": "p", "dataset": "d",
            "versions": {"sslhost": "1", "libtorch": "2", "compiler": "c"},
            "device": {"hardware": "h", "linear_layers": "blas"},
            "data": {"labeled": 50, "origin": "o", "licence": "l"},
            "options": {k: {"value": v, "from": "default"} for k, v in options.items()},
            "results": {"test_error": error, "macro_f1": 1 - error, "iterations": 10, "seconds": 1.5}}


class Reproduce(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.results = self.root / "docs" / "results"
        self.program = self.root / "sslhost"
        self.program.write_text(PROGRAM)
        self.program.chmod(0o700)

    def run_of(self, seed, error, **more):
        folder = self.root / f"run{seed}"
        folder.mkdir(exist_ok=True)
        (folder / "run.json").write_text(json.dumps(record(seed, error, **more)))
        return folder

    def keep_all(self, errors):
        for seed, error in enumerate(errors):
            results.keep(self.run_of(seed, error), self.results, SUPERVISED, seed, quick=False)

    def call(self, *words):
        script = Path(reproduce.__file__)
        return subprocess.run([sys.executable, "-B", script, self.program, "--results", self.results, *words],
                              capture_output=True, text=True)

    def test_a_page_without_runs_says_so_for_every_experiment(self):
        page = results.page(self.results, STATISTICS)
        shown = [e for e in experiments.EXPERIMENTS if not e.target]
        sections = len(shown) + len(experiments.COMPARISONS) + 1  # where generated points lie
        self.assertEqual(page.count("Not run yet."), sections)
        self.assertNotIn("Median", page)

    def test_generated_points_are_counted_by_their_radius(self):
        for name, seed, radii in (("sgan-rings", 0, (1.3, 1.5, -1.7, 1.2)), ("sgan-rings", 1, (1.5, 1.6, 0.9, 1.8)),
                                  ("sgan-rings-plain", 0, (1.3, 1, 1, 1)), ("sgan-rings-plain", 1, (1, 1, 2, 2))):
            run = self.run_of(seed, 0.0)
            (run / "run.json").write_text(json.dumps({**record(seed, 0.0), "dataset": "rings"}))
            (run / "pictures").mkdir(exist_ok=True)
            (run / "pictures" / "generated.csv").write_text(
                "x,y\n" + "".join(f"{0.6 * r},{-0.8 * r}\n" for r in radii))
            results.keep(run, self.results, BY_NAME[name], seed, quick=False)
        self.assertIn("in percent. Feature matching: 75.0, 50.0. Plain generator loss: 25.0, 0.0. Expected: in every seed, more "
                      "with feature matching. Open: 2 of 10 pairs", results.page(self.results, STATISTICS))

    def keep_pair(self, better, baseline, errors):
        for seed, pair in enumerate(errors):
            for name, error in zip((better, baseline), pair):
                results.keep(self.run_of(seed, error), self.results, BY_NAME[name], seed, quick=False)

    def test_pairs_of_one_seed_are_compared(self):
        self.keep_pair("vat-mnist-full-cnn", "supervised-mnist-full-cnn", [(0.01, 0.02), (0.02, 0.025), (0.01, 0.025)])
        page = results.page(self.results, STATISTICS)
        self.assertIn("for each seed, in points: +1.00, +0.50, +1.50. Median +1.00, mean +1.00 with a 95 % interval "
                      "from -0.24 to +2.24 (Student's t, n = 3). Expected: above 0 in every seed. Met.", page)

    def test_one_seed_below_its_twin_misses_a_bar_for_every_seed(self):
        self.keep_pair("vat-mnist-full-cnn", "supervised-mnist-full-cnn", [(0.01, 0.02), (0.03, 0.025), (0.01, 0.025)])
        self.assertIn("Expected: above 0 in every seed. **Not met.**", results.page(self.results, STATISTICS))

    def test_pairs_that_are_not_there_are_said(self):
        self.keep_pair("vat-rings", "supervised-rings", [(0.001, 0.2)])
        self.assertIn("Expected of the median: at least 10. Open: 1 of 10 pairs are there.", results.page(self.results, STATISTICS))

    def test_r4s_table_has_epochs_and_their_ratio(self):
        self.keep_pair("vat-mnist-full-cnn", "supervised-mnist-full-cnn", [(0.01, 0.02)])
        page = results.page(self.results, STATISTICS)
        self.assertIn("| no | yes | 99.00 % (n = 1) | 99.16 % | 0.1 | 1.00 |", page)
        self.assertIn("| yes | no | not run yet | 98.53 % |", page)

    def test_the_median_counts_and_each_seed_is_shown(self):
        self.keep_all([0.12, 0.30, 0.15, 0.14, 0.10])
        page = results.page(self.results, STATISTICS)
        self.assertIn("**Median test error 14.00 %.** Expected of the median: from 11 % to 18 %. Met.", page)
        for shown in ("| 0 | 12.00 %", "| 1 | 30.00 %", "| 4 | 10.00 %"):
            self.assertIn(shown, page)

    def test_a_missed_bar_and_a_missing_seed_are_said(self):
        self.keep_all([0.2, 0.3, 0.2, 0.2, 0.1])
        self.assertIn("**Median test error 20.00 %.** Expected of the median: from 11 % to 18 %. **Not met.**",
                      results.page(self.results, STATISTICS))
        results.file_of(self.results, SUPERVISED, 3).unlink()
        page = results.page(self.results, STATISTICS)
        self.assertIn("Open: 4 of 5 runs are there.", page)
        self.assertIn("| 3 | not run yet |", page)

    def test_a_median_says_what_it_is_a_median_of(self):
        for name, shown in (("vat-rings", "**Median accuracy 99.00 %.**"), ("vat-mnist-100-cnn", "**Median F1 0.990.**")):
            runs = [(s, {"results": {"test_error": 0.01, "macro_f1": 0.99}}) for s in BY_NAME[name].seeds]
            self.assertIn(shown, results.verdict(BY_NAME[name], runs, STATISTICS))

    def test_records_of_an_earlier_recipe_are_shown_and_named(self):
        changed = BY_NAME["autoencoder-cifar10-scratch"]
        why = f"**To be run again:** {changed.change.what}."
        self.keep_pair("autoencoder-cifar10-better", changed.name, [(0.3, 0.4)])
        self.assertNotIn(why, results.page(self.results, STATISTICS))
        file = results.file_of(self.results, changed, 0)
        file.write_text(file.read_text().replace('"sslhost": "1"', '"sslhost": "0.1.0"'))
        page = results.page(self.results, STATISTICS)
        self.assertEqual(page.count(why), 2)  # below its table, and below the comparison that it is a part of
        self.assertIn("| 0 | 40.00 %", page)

    def test_a_record_of_an_earlier_recipe_is_run_again_and_no_complaint(self):
        work = reproduce.Reproduction(argparse.Namespace(
            program=str(self.program), cifar=self.root, data=self.root, photos=self.root, results=self.results, quick=False))
        changed = BY_NAME["sgan-mnist-100"]
        results.keep(self.run_of(0, 0.02), self.results, changed, 0, quick=False)
        self.assertTrue(work.is_there(changed, 0))
        file = results.file_of(self.results, changed, 0)
        file.write_text(file.read_text().replace('"sslhost": "1"', '"sslhost": "0.1.0"').replace("0.002", "0.003"))
        self.assertFalse(work.is_there(changed, 0))
        work.write_pages()
        self.assertEqual(list(work.complaints()), [])

    def test_what_runs_did_before_an_option_was_there_is_known(self):
        wanted = {"average_warm_up": ("mean", "recipe sgan/mnist-100")}
        self.assertEqual(results.differences({}, wanted), ["average_warm_up tenth instead of mean"])
        self.assertEqual(results.differences({}, {"average_warm_up": ("tenth", "--average-warm-up")}), [])

    def test_a_default_that_is_left_to_the_method_is_what_it_was(self):
        wanted = {"epsilon": ("0.0", "default")}
        self.assertEqual(results.differences({"epsilon": 0.2}, wanted), [])
        self.assertEqual(results.differences({"epsilon": 0}, wanted), [])
        self.assertEqual(results.differences({"epsilon": 0.7}, wanted), ["epsilon 0.7 instead of 0.0"])

    def test_strong_views_count_for_methods_that_see_them(self):
        wanted = {"strong": ("weak randaugment cutout", "default")}
        earlier = {"strong": "shift randaugment cutout"}
        self.assertEqual(results.differences({**earlier, "plugin": "vat"}, wanted), [])
        self.assertEqual(len(results.differences({**earlier, "plugin": "fixmatch"}, wanted)), 1)

    def test_a_bar_for_each_seed_is_missed_by_one(self):
        balanced = BY_NAME["vat-mnist-100-mlp-balanced"]
        runs = [(seed, {"results": {"test_error": error}}) for seed, error in ((0, 0.010), (1, 0.016))]
        self.assertIn("**Not met.**", results.verdict(balanced, runs, STATISTICS))
        runs[1][1]["results"]["test_error"] = 0.015
        self.assertIn(" Met.", results.verdict(balanced, runs, STATISTICS))

    def test_time_to_accuracy_wants_a_sure_mean_in_time(self):
        timed = next(e for e in experiments.EXPERIMENTS if e.target)
        wanted = timed.target

        def text(errors, seconds=1.5):
            for seed, error in enumerate(errors):
                folder = self.run_of(seed, error)
                lines = [{"iteration": i, "phase": "train", "seconds": i / 10, "vat": 0.1} for i in range(1, 71)]
                (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
                results.keep(folder, self.results, timed, seed, quick=False)
                file = results.file_of(self.results, timed, seed)
                file.write_text(file.read_text().replace('"seconds": 1.5', f'"seconds": {seconds}'))
            return results.pages(self.results, STATISTICS)["records.md"]

        self.assertIn("Not run yet.", text([]))
        sure = [wanted.test_error - d for d in (0.002, 0.0021, 0.0019, 0.002, 0.0022)]
        self.assertIn(" Met.", text(sure))
        kept = json.loads(results.file_of(self.results, timed, 0).read_text())
        self.assertEqual([line["iteration"] for line in kept["log"]], list(range(2, 71, 4)))
        self.assertEqual(len(kept["commit"]), 40)
        self.assertIn("**Not met.**", text(sure, seconds=wanted.seconds + 0.1))
        self.assertIn("**Not met.**", text([wanted.test_error - d for d in (0.002, -0.001, 0.0019, 0.002, -0.0005)]))
        self.assertNotIn(timed.title, results.page(self.results, STATISTICS))

    def test_a_kept_record_has_no_path_in_it(self):
        self.keep_all([0.1])
        self.assertNotIn("/home", results.file_of(self.results, SUPERVISED, 0).read_text())

    def test_a_quick_record_or_one_of_another_seed_is_not_shown(self):
        results.keep(self.run_of(0, 0.1), self.results, SUPERVISED, 0, quick=True)
        with self.assertRaises(results.Unfit):
            results.page(self.results, STATISTICS)
        results.keep(self.run_of(1, 0.1), self.results, SUPERVISED, 0, quick=False)
        with self.assertRaises(results.Unfit):
            results.page(self.results, STATISTICS)

    def test_adopt_takes_a_run_of_the_group_and_no_other(self):
        answer = self.call("--adopt", str(self.run_of(2, 0.15)), "R6")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertIn("seed 2", (self.root / "docs" / "results.md").read_text() + answer.stderr)
        for other, why in (({"learning_rate": 0.1}, "learning_rate 0.1 instead of 0.002"), ({"overlap": False}, "overlap false"),
                           ({"status": "running"}, "running")):
            answer = self.call("--adopt", str(self.run_of(3, 0.15, **other)), "R6")
            self.assertNotEqual(answer.returncode, 0)
            self.assertIn(why, answer.stderr)
        answer = self.call("--adopt", str(self.run_of(9, 0.15)), "R6")
        self.assertIn("seed 9 is none of", answer.stderr)

    def test_check_finds_an_edited_page_and_a_run_of_earlier_defaults(self):
        self.keep_all([0.15])
        self.assertEqual(self.call().returncode, 0)
        self.assertEqual(self.call("--check").returncode, 0)
        page = self.root / "docs" / "results.md"
        page.write_text(page.read_text().replace("15.00 %", "14.00 %"))
        self.assertIn("is not what its records say", self.call("--check").stdout)
        self.assertEqual(self.call().returncode, 0)
        Path(str(self.program) + ".options").write_text('{"learning_rate": 0.1}')
        answer = self.call("--check")
        self.assertEqual(answer.returncode, 1)
        self.assertIn("was run with learning_rate 0.002 instead of 0.1", answer.stdout)

    def test_a_record_is_compared_by_the_names_of_today(self):
        wanted = {"learning_rate": ("0.002", "default"), "finetune_learning_rate": ("0.001", "recipe a"),
                  "std": ("", "default"), "ramp_fraction": ("0.5", "--ramp-fraction"), "decay": ("0.9", "default")}
        old = {"rate": 0.002, "finetune_rate": 0.001, "deviation": "", "ramp_share": 0.5, "decay": 0.9}
        self.assertEqual(results.differences(old, wanted), [])
        self.assertEqual(results.differences({**old, "finetune_rate": 0.1, "deviation": "0.3"}, wanted),
                         ["finetune_learning_rate 0.1 instead of 0.001", "std 0.3 instead of "])
        self.assertEqual(results.today({"learning_rate": 1, "a_learning_rate": 2, "grate": 3}),
                         {"learning_rate": 1, "a_learning_rate": 2, "grate": 3})

    def test_an_option_that_a_record_lacks_counts_as_its_default(self):
        self.assertEqual(results.differences({}, {"decay_biases": ("true", "default")}), [])
        self.assertEqual(results.differences({}, {"decay_biases": ("false", "recipe a, line 3")}),
                         ["no decay_biases instead of false"])

    def test_smaller_mnist_is_the_inverted_mean_of_four_pixels(self):
        pixels = [[0, 4, 10, 10], [8, 8, 10, 10], [255, 255, 0, 1], [255, 255, 0, 0]]
        raw = bytes([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 4]) + bytes(sum(pixels, []))
        small = bytes([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2]) + bytes([250, 245, 0, 255])
        self.assertEqual(mnist14.halved(raw), small)

    def test_missing_data_are_named_before_anything_runs(self):
        answer = self.call("--data", "/nowhere", "R6", "XI")
        self.assertEqual(answer.returncode, 2, answer.stderr)
        self.assertIn("expected MNIST's four files (train-images-idx3-ubyte.gz and so on) in /nowhere, found none",
                      answer.stderr)
        self.assertIn("--data; docs/reference/data.md says", answer.stderr)
        self.assertNotIn("seed", answer.stderr)
        self.assertIn("--cifar; docs/reference/data.md says", self.call("--cifar", "/nowhere", "R5").stderr)

    def test_unknown_groups_are_refused(self):
        answer = self.call("R7")
        self.assertEqual(answer.returncode, 2)
        self.assertIn("expected R1, R2, R3, R6, XI, R4, GAN, RINGS, MNIST, R5, TIME, found 'R7'", answer.stderr)


if __name__ == "__main__":
    sys.exit(unittest.main())
