# SPDX-License-Identifier: Apache-2.0
"""What the parts of scripts/crash share: the programs, the small run, and when two runs ended alike."""
import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

# Its start takes longer than all its iterations.
SMALL = ["--plugin", "vat", "--model", "mlp-32", "--batch", "10", "--unlabeled-batch", "16", "--threads", "1",
         "--device", "cpu", "--quiet"]
LIMIT = 240  # seconds, against hangs


class World:
    def __init__(self, binaries, folder, minutes=None):
        self.binaries, self.folder = binaries, folder
        self.end = time.monotonic() + 60 * minutes if minutes else None
        self.kept = folder / "failed"
        self.failures = []
        self.lock = threading.Lock()
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith("SSLHOST_") and name != "LD_PRELOAD"}
        self.environment.update(XDG_CACHE_HOME=str(folder / "cache"), XDG_DATA_HOME=str(folder / "data"),
                                OMP_NUM_THREADS="1", NO_COLOR="1")

    def is_over(self):
        """The time that was given: what is not begun yet is left out, and the summary counts what was done."""
        return self.end is not None and time.monotonic() > self.end

    def program(self, name="sslhost"):
        return str(self.binaries / name)

    def scratch(self, name):
        """An empty folder of this name."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def call(self, command, folder, trace=(), root=None, **more):
        """(exit code, standard output, standard error); traced with these options where there are any."""
        if trace:
            command = [self.program("trace_storage"), "--root", str(root), *trace, "--", *command]
        done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True, timeout=LIMIT,
                              errors="replace", stdin=subprocess.DEVNULL, **{"env": self.environment, **more})
        return done.returncode, done.stdout, done.stderr

    def must(self, *command, **more):
        code, output, errors = self.call(*command, **more)
        if code != 0:
            raise RuntimeError(f"exit code {code} without any fault: {errors}")
        return output

    def fail(self, what, folder=None, said=""):
        with self.lock:
            number = len(self.failures)
            self.failures.append(what)
        print(f"FAILED {what}\n{said}", file=sys.stderr, flush=True)
        if folder and number < 50:
            shutil.copytree(folder, self.kept / str(number), symlinks=True, dirs_exist_ok=True)
            (self.kept / f"{number}.txt").write_text(f"{what}\n{said}\n")


def say(text):
    print(text, file=sys.stderr, flush=True)


def checkpoint_facts(file):
    """The metadata of a checkpoint, and the hash of its tensors."""
    content = file.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    state = json.loads(json.loads(content[8:8 + length])["__metadata__"]["sslhost_checkpoint"])
    return state, hashlib.sha256(content[8 + length:]).hexdigest()


def reached(run):
    """Iterations of the checkpoint; none: there is no whole one."""
    try:
        return checkpoint_facts(run / "checkpoint.safetensors")[0]["total"]
    except (OSError, ValueError, KeyError, struct.error):
        return None


def timeless_rows(text):
    """metrics.jsonl without what differs from run to run; the end of a line that was cut is left out."""
    rows = []
    for line in text.splitlines():
        try:
            rows.append({name: value for name, value in json.loads(line).items() if name != "seconds"})
        except ValueError:
            break
    return rows


def timeless_csv(text):
    """Without the column of seconds."""
    return [line.split(",")[:2] + line.split(",")[3:] for line in text.splitlines()]


def event_count(content):
    """Records of TensorBoard's format: length, check sum, bytes, check sum."""
    count = at = 0
    while at < len(content):
        (length,) = struct.unpack_from("<Q", content, at)
        at += 16 + length
        count += 1
    return count if at == len(content) else -1


def end_of(run):
    """What two runs of the same seed have in common, to the bit."""
    events = list(run.glob("events.out.*"))
    return {"model": hashlib.sha256((run / "model.safetensors").read_bytes()).hexdigest(),
            "tensors": checkpoint_facts(run / "checkpoint.safetensors")[1],
            "rows": timeless_rows((run / "metrics.jsonl").read_text()),
            "csv": timeless_csv((run / "metrics.csv").read_text()),
            "events": [event_count(file.read_bytes()) for file in events],
            "error": json.loads((run / "run.json").read_text())["results"]["test_error"],
            "split": (run / "split.json").read_text(),
            "config": (run / "config.toml").read_text(),
            "files": sorted(str(p.relative_to(run)) for p in run.rglob("*") if not p.name.startswith("events.out.")),
            "page": (run / "report.html").read_text().rstrip().endswith("</html>")}


def difference(run, reference):
    """Nothing where the run ended as the reference did; else what differs."""
    try:
        ours = end_of(run)
    except (OSError, ValueError, KeyError, struct.error) as error:
        return f"{type(error).__name__}: {error}"
    return ", ".join(name for name in reference if ours[name] != reference[name])
