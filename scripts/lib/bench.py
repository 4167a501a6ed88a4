# SPDX-License-Identifier: Apache-2.0
"""Times R1 iterations of sslhost and of a PyTorch script in turn, and the trainer's own cost. Called by scripts/bench."""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WARM_UP = 20  # iterations before the clock starts, on both sides
SAMPLE = 2.0  # seconds that other processes are watched for
BUSY = 0.15  # of a core: above this a process is in the way
# A careful PyTorch user keeps freed memory too, as sslhost-worker does.
KEEP_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(1 << 30), "MALLOC_MMAP_THRESHOLD_": str(1 << 30)}


def parse():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    shared = ROOT.parent / "shared"
    parser.add_argument("--binaries", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--python", default="", help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, default=shared / "data" / "mnist", help="folder with MNIST")
    parser.add_argument("--peer", type=Path, default=shared / "peers" / "vat_mlp.py", help="the PyTorch script")
    parser.add_argument("--iterations", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--trainer", action="store_true", help="the trainer's own cost alone")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    return parser.parse_args()


def stop(code, text):
    print(f"sslhost: {text}", file=sys.stderr)
    sys.exit(code)


def cpu_times():
    """Seconds of CPU that each process has used, with its name."""
    tick = os.sysconf("SC_CLK_TCK")
    times = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            head, _, rest = stat.read_text().rpartition(")")
        except OSError:  # it has ended
            continue
        fields = rest.split()
        times[int(head.split()[0])] = ((int(fields[11]) + int(fields[12])) / tick, head.split("(", 1)[1])
    return times


def busiest(seconds=SAMPLE):
    """The other process that used most of a core meanwhile: (share, pid, name)."""
    before = cpu_times()
    time.sleep(seconds)
    shares = [((used - before.get(pid, (0, ""))[0]) / seconds, pid, name)
              for pid, (used, name) in cpu_times().items() if pid != os.getpid()]
    return max(shares)


def require_quiet():
    share, pid, name = busiest()
    if share > BUSY:
        stop(2, f"the machine is busy: {name} (process {pid}) takes {100 * share:.0f} % of a core; wait for it, or stop it")


def output(command, **more):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **more)
    if done.returncode != 0:
        stop(1, f"{command[0]} ended with exit code {done.returncode}:\n{done.stderr.strip()}")
    return done.stdout


def sslhost_round(arguments):
    """Milliseconds an iteration, after WARM_UP, as the run's own metrics have them."""
    total = arguments.iterations + WARM_UP
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        output([arguments.binaries / "sslhost", "--recipe", "vat/mnist-100-mlp", "--data", arguments.data, "--device", "cpu",
                "--iterations", total, "--log-every", WARM_UP, "--eval-every", total, "--checkpoint-every", 0,
                "--out", run, "--quiet"])
        rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
        at = {row["iteration"]: row["seconds"] for row in rows}
        linear = json.loads((run / "run.json").read_text())["device"]["linear_layers"]
    return 1000 * (at[total] - at[WARM_UP]) / arguments.iterations, linear


def peer_round(arguments):
    text = output([arguments.python, "-B", arguments.peer, "--data", arguments.data, "--iters", arguments.iterations,
                   "--warmup", WARM_UP, "--device", "cpu", "--tuned"], env={**os.environ, **KEEP_MEMORY})
    result = json.loads(text.splitlines()[-1])
    return 1000 * result["seconds"] / result["iters"]


def trainer_cost(binaries):
    """Microseconds a step without a batch, and a batch; one thread."""
    text = output([binaries / "trainer_bench", "--benchmark_format=json", "--benchmark_min_time=0.3"],
                  env={**os.environ, "OMP_NUM_THREADS": "1"})
    medians = {b["run_name"].split("/")[1]: b["real_time"]
               for b in json.loads(text)["benchmarks"] if b.get("aggregate_name") == "median"}
    return {"empty_step_us": round(medians["0"], 2), "batch_us": round((medians["4"] - medians["0"]) / 4, 2)}


def machine():
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown CPU")
    return {"cpu": name, "threads": int(os.environ.get("OMP_NUM_THREADS", len(os.sched_getaffinity(0))))}


def compare(arguments):
    """Both sides in turn, so that a machine that slows down slows both."""
    for path, flag in ((arguments.data, "--data"), (arguments.peer, "--peer")):
        if not path.exists():
            stop(2, f"{path} is not there: name another with {flag}, or measure the trainer alone (--trainer)")
    if not arguments.python:
        stop(2, "no Python imports the torch that sslhost is built with; measure the trainer alone (--trainer)")
    rounds = []
    for number in range(arguments.rounds):
        require_quiet()
        ours, linear = sslhost_round(arguments)
        theirs = peer_round(arguments)
        rounds.append({"sslhost_ms": round(ours, 2), "peer_ms": round(theirs, 2)})
        print(f"round {number + 1}: sslhost {ours:.2f} ms, {arguments.peer.name} {theirs:.2f} ms", file=sys.stderr)
    ours = statistics.median(r["sslhost_ms"] for r in rounds)
    theirs = statistics.median(r["peer_ms"] for r in rounds)
    return {"iterations": arguments.iterations, "linear_layers": linear, "rounds": rounds, "sslhost_ms": ours, "peer_ms": theirs,
            "ratio": round(ours / theirs, 3)}


def main():
    arguments = parse()
    require_quiet()
    result = machine()
    if not arguments.trainer:
        result["r1"] = compare(arguments)
    result["trainer"] = trainer_cost(arguments.binaries)
    if arguments.json:
        print(json.dumps(result))
        return
    print(f"{result['cpu']}, {result['threads']} threads")
    if "r1" in result:
        r1 = result["r1"]
        print(f"R1 iteration, median of {len(r1['rounds'])}: sslhost {r1['sslhost_ms']:.2f} ms ({r1['linear_layers']}), "
              f"{arguments.peer.name} --tuned {r1['peer_ms']:.2f} ms, ratio {r1['ratio']:.3f}")
    cost = result["trainer"]
    print(f"the trainer's own cost: {cost['empty_step_us']:.2f} us a step, {cost['batch_us']:.2f} us a batch")


if __name__ == "__main__":
    main()
