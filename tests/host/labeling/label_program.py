# SPDX-License-Identifier: Apache-2.0
"""`sslhost label` at work, for tests and for measuring."""
import csv
import signal
import subprocess


class Label:
    """The running program."""

    def __init__(self, program, folder, *more, **process):
        self.folder = folder
        self.process = subprocess.Popen([program, "label", str(folder), "--no-browser", *more],
                                        stdout=subprocess.PIPE, text=True, **process)
        self.address = ""
        for line in self.process.stdout:
            if line.startswith("label them at "):
                self.address = line.split()[-1]
            if line.startswith("Ctrl-C"):
                return
        raise AssertionError("the program ended")

    def end(self, with_signal=signal.SIGINT):
        self.process.send_signal(with_signal)
        text = self.process.stdout.read()
        self.process.stdout.close()
        self.process.wait()
        return text

    def labels(self):
        with open(self.folder / "labels.csv", newline="", encoding="utf-8") as table:
            return {row["path"]: row["label"] for row in csv.DictReader(table)}
