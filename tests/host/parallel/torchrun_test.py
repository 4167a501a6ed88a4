# SPDX-License-Identifier: Apache-2.0
"""torchrun starts two ranks of a run anew when one is killed: the end is that of a run that nothing happened to.

    torchrun_test.py FOLDER-OF-TORCH SSLHOST [MOMENTS [SEED]]   moments of killing, 2 by default

The first is that of the LibTorch that sslhost is built with, whose Python is used. Where it has no torchrun, it says so and ends with
77, which ctest counts as skipped."""
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TRAINING = ("--plugin", "vat", "--dataset", "digits", "--recipe", "none", "--labels", "60", "--batch", "60", "--unlabeled-batch", "96",
            "--model", "mlp-32", "--threads", "1", "--pictures", "false", "--iterations", "300", "--checkpoint-every", "20", "--quiet")


def command(python, program, out):
    return [python, "-m", "torch.distributed.run", "--standalone", "--no-python", "--nproc-per-node", "2", "--max-restarts", "1", program, *TRAINING, "--out", str(out)]


def workers(parent):
    """Ids of the processes below `parent` that train."""
    children = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, rest = stat.read_text().rsplit(")", 1)
        except OSError:
            continue  # it ended meanwhile
        children.setdefault(int(rest.split()[1]), []).append((int(stat.parent.name), name.split("(", 1)[1]))
    found, look = [], [parent]
    while look:
        for pid, name in children.get(look.pop(), ()):
            look.append(pid)
            if name.startswith("sslhost-worker"):
                found.append(pid)
    return found


def train(python, program, out, delay=None, rng=None):
    """Kills a rank `delay` seconds after training has begun. Returns whether it came to that."""
    log = open(f"{out}.log", "w")
    run = subprocess.Popen(command(python, program, out), stdout=log, stderr=subprocess.STDOUT, env={**os.environ, "OMP_NUM_THREADS": "1"})
    killed = False
    if delay is not None:
        while run.poll() is None and not (out / "checkpoint.safetensors").exists():
            time.sleep(0.01)
        time.sleep(delay)
        if ranks := workers(run.pid):
            os.kill(rng.choice(ranks), signal.SIGKILL)
            killed = True
    if run.wait() != 0:
        sys.exit(f"torchrun ended with {run.returncode}:\n{Path(log.name).read_text()}")
    return killed


def main():
    libtorch, program = sys.argv[1], str(Path(sys.argv[2]).resolve())
    own = Path(libtorch.partition("/lib/python")[0] + "/bin/python")
    python = str(own if own.exists() else sys.executable)
    os.environ["PYTHONPATH"] = os.path.dirname(libtorch)
    moments = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    rng = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 0)
    if subprocess.run([python, "-c", "import torch.distributed.run"], capture_output=True).returncode != 0:
        print(f"skipped: {python} has no torch.distributed.run")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chdir(folder)
        start = time.monotonic()
        train(python, program, folder / "whole")
        length = time.monotonic() - start
        expected = (folder / "whole/model.safetensors").read_bytes()
        kills = 0
        for i in range(moments):
            out = folder / f"run-{i}"
            kills += train(python, program, out, rng.uniform(0, length / 4), rng)
            if (out / "model.safetensors").read_bytes() != expected:
                sys.exit(f"moment {i}: other weights than those of the run that nothing happened to")
        print(f"{moments} runs, {kills} of them with a rank killed: equal weights")
        if kills == 0:
            sys.exit("no rank was killed")


main()
