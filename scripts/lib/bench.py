# SPDX-License-Identifier: Apache-2.0
"""Times iterations of sslhost and of a PyTorch script in turn, and the trainer's own cost. Called by scripts/bench."""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bench_inference
import wanted_data
from bench_cases import CASES
from bench_speeds import SPEEDS
from sslhost_statistics import Statistics

ROOT = Path(__file__).resolve().parents[2]
INFERENCE = "inference"
WARM_UP = 20  # iterations before the clock starts, on both sides
SAMPLE = 2.0  # seconds that other processes are watched for
BUSY = 0.15  # of a core: above this a process is in the way
# A careful PyTorch user keeps freed memory too, as sslhost-worker does.
KEEP_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(1 << 30), "MALLOC_MMAP_THRESHOLD_": str(1 << 30)}
# What keeps LibTorch and its libraries, and sslhost's own kernels, from wider vectors than these.
NARROWED = {"avx2": {"ATEN_CPU_CAPABILITY": "avx2", "MKL_ENABLE_INSTRUCTIONS": "AVX2", "ONEDNN_MAX_CPU_ISA": "AVX2",
                     "SSLHOST_KERNELS": "avx2"}}


def parse():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join([*CASES, *SPEEDS, INFERENCE]))
    parser.add_argument("--binaries", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--python", default="", help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "mnist",
                        help="folder with MNIST's four files; docs/reference/data.md says where to get them")
    parser.add_argument("--cifar", type=Path, default=ROOT / "build" / "cifar10",
                        help="folder with CIFAR-10's binary files; see there, too")
    parser.add_argument("--photos", type=Path, help="folder with .jpg files, for decode")
    parser.add_argument("--peers", type=Path, default=ROOT / "tests" / "peers", help="folder with the PyTorch scripts")
    parser.add_argument("--iterations", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="of inference: 1 counts CPU time, more want a quiet machine")
    parser.add_argument("--kernels", choices=["avx2"], help="both sides as on a processor without AVX-512")
    parser.add_argument("--device", default="cpu", help="of both sides, such as cuda")
    parser.add_argument("--precision", default="fp32", choices=["fp32", "tf32", "bf16"], help="of both sides; r1 alone has others than fp32")
    parser.add_argument("--compile", choices=["default", "reduce-overhead"], help="the other side of r1 under torch.compile in this mode")
    parser.add_argument("--trainer", action="store_true", help="the trainer's own cost alone")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    given = parser.parse_args()
    for name in given.cases:
        if name not in CASES and name not in SPEEDS and name != INFERENCE:
            stop(2, f"expected {', '.join([*CASES, *SPEEDS, INFERENCE])}, found '{name}'")
    given.cases = given.cases or ["r1"]
    if (given.precision != "fp32" or given.compile) and given.cases != ["r1"]:
        stop(2, "--precision and --compile: expected r1 alone, whose script can do both")
    return given


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


def sslhost_round(arguments, case):
    """Milliseconds an iteration, after WARM_UP, as the run's own metrics have them."""
    total = arguments.iterations + WARM_UP
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        output([arguments.binaries / "sslhost", *case.flags, total, "--data", folder_of(arguments, case), "--device", arguments.device,
                "--precision", arguments.precision,
                "--log-every", WARM_UP, "--eval-every", total, "--checkpoint-every", 0, "--pictures", "false",
                "--out", run, "--quiet"])
        rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
        linear = json.loads((run / "run.json").read_text())["device"].get("linear_layers", "-")
    first, *_, last = [row for row in rows if row["phase"] == case.phase]
    return 1000 * (last["seconds"] - first["seconds"]) / (last["iteration"] - first["iteration"]), linear


def peer_extras(arguments):
    """What R1's script alone can do: products of fewer digits, torch.compile."""
    return ([] if arguments.precision == "fp32" else ["--" + arguments.precision]) + \
        (["--compile", arguments.compile] if arguments.compile else [])


def peer_seconds(arguments, case, iterations):
    text = output([arguments.python, "-B", arguments.peers / case.script, "--data", folder_of(arguments, case),
                   "--device", arguments.device, *peer_extras(arguments), *case.peer_flags, iterations], env={**os.environ, **KEEP_MEMORY})
    result = json.loads(text.splitlines()[-1])
    if result[case.steps] != iterations:
        stop(1, f"{case.script}: expected {iterations} iterations, found {result[case.steps]}")
    return result[case.seconds]


def peer_round(arguments, case):
    """The difference of a long and a short run: what comes first is left out, as on the other side."""
    total = arguments.iterations + WARM_UP
    return 1000 * (peer_seconds(arguments, case, total) - peer_seconds(arguments, case, WARM_UP)) / arguments.iterations


def folder_of(arguments, case):
    return arguments.data if case.data == "MNIST" else arguments.cifar


def trainer_cost(binaries):
    """Microseconds a step without a batch, and a batch; one thread."""
    text = output([binaries / "trainer_bench", "--benchmark_format=json", "--benchmark_min_time=0.3"],
                  env={**os.environ, "OMP_NUM_THREADS": "1"})
    medians = {b["run_name"].split("/")[1]: b["real_time"]
               for b in json.loads(text)["benchmarks"] if b.get("aggregate_name") == "median"}
    return {"empty_step_us": round(medians["0"], 2), "batch_us": round((medians["4"] - medians["0"]) / 4, 2)}


def products(binaries, milliseconds):
    """What the products of matrices of R1 are of an iteration's time, and of what the cores can do."""
    found = json.loads(output([binaries / "products_bench"]))
    return {"ms": round(found["milliseconds"], 2), "share": round(found["milliseconds"] / milliseconds, 3),
            "gflops": round(found["gflops"], 1), "peak_gflops": round(found["peak"], 1)}


def machine():
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown CPU")
    return {"cpu": name, "kernels": os.environ.get("SSLHOST_KERNELS", "all"), "threads": int(os.environ.get("OMP_NUM_THREADS", len(os.sched_getaffinity(0))))}


def refuse_what_is_missing(arguments):
    for name in arguments.cases:
        if name in SPEEDS or name == INFERENCE:
            complaint = (SPEEDS[name] if name in SPEEDS else bench_inference).complaint(arguments)
            if complaint:
                stop(2, complaint)
            continue
        case = CASES[name]
        if not wanted_data.lies_in(folder_of(arguments, case), case.data):
            stop(2, wanted_data.complaint(folder_of(arguments, case), case.data)
                 + "; or measure the trainer alone (--trainer)")
        if not (arguments.peers / case.script).exists():
            stop(2, f"{arguments.peers / case.script} is not there: name another folder with --peers")
        if case.most and arguments.iterations + WARM_UP > case.most:
            stop(2, f"{case.script} takes at most {case.most - WARM_UP} --iterations, found {arguments.iterations}")
    if not arguments.python:
        stop(2, "no Python imports the torch that sslhost is built with; measure the trainer alone (--trainer)")


def compare(arguments, case):
    """Both sides in turn, so that a machine that slows down slows both."""
    rounds = []
    for number in range(arguments.rounds):
        require_quiet()
        ours, linear = sslhost_round(arguments, case)
        theirs = peer_round(arguments, case)
        rounds.append({"sslhost_ms": round(ours, 2), "peer_ms": round(theirs, 2), "ratio": round(ours / theirs, 3)})
        print(f"{case.title}, round {number + 1}: sslhost {ours:.2f} ms, {case.script} {theirs:.2f} ms", file=sys.stderr)
    statistics = Statistics(arguments.binaries / "sslhost")
    ours, theirs = (statistics.median(r[side] for r in rounds) for side in ("sslhost_ms", "peer_ms"))
    return {"iterations": arguments.iterations, "device": arguments.device, "precision": arguments.precision,
            "peer_extras": peer_extras(arguments), "linear_layers": linear, "rounds": rounds, "sslhost_ms": ours, "peer_ms": theirs,
            "ratio": round(ours / theirs, 3)}


def compare_speeds(arguments, speed):
    """Images a second of CPU time on one core, both sides in turn."""
    rounds = []
    for number in range(arguments.rounds):
        rounds.append(speed.round(arguments, lambda command: json.loads(on_one_core(command).splitlines()[-1])))
        print(f"{speed.title}, round {number + 1}: {rounds[-1]}", file=sys.stderr)
    statistics = Statistics(arguments.binaries / "sslhost")
    medians = {side: statistics.median(r[side] for r in rounds) for side in ("sslhost", "peer", "ratio")}
    return {**rounds[-1], **medians, "rounds": rounds}


def compare_inference(arguments):
    with tempfile.TemporaryDirectory() as folder:
        median = Statistics(arguments.binaries / "sslhost").median
        return bench_inference.compare(arguments, output, require_quiet, median, folder)


def on_one_core(command):
    core = max(os.sched_getaffinity(0))
    return output(command, env={**os.environ, **KEEP_MEMORY, "OMP_NUM_THREADS": "1"},
                  preexec_fn=lambda: os.sched_setaffinity(0, {core}))


def show(result):
    narrowed = "" if result["kernels"] == "all" else f", {result['kernels']} kernels"
    print(f"{result['cpu']}, {result['threads']} threads{narrowed}")
    for name, case in CASES.items():
        if name in result:
            r = result[name]
            tuned = " ".join(["", *(["--tuned"] if "--tuned" in case.peer_flags else []), *r.get("peer_extras", [])])
            print(f"{case.title}: sslhost {r['sslhost_ms']:.2f} ms ({r['linear_layers']}), {case.script}{tuned} "
                  f"{r['peer_ms']:.2f} ms, ratio {r['ratio']:.3f}; medians of {len(r['rounds'])}")
    if "products" in result:
        p = result["products"]
        print(f"R1's products alone: {p['ms']:.2f} ms, {100 * p['share']:.0f} % of an iteration; {p['gflops']:.0f} GF/s of the "
              f"{p['peak_gflops']:.0f} that multiply-adds alone reach on these threads")
    for name, speed in SPEEDS.items():
        if name in result:
            print(speed.line(result[name]))
    for line in bench_inference.lines(result[INFERENCE]) if INFERENCE in result else ():
        print(line)
    if "trainer" in result:
        cost = result["trainer"]
        print(f"the trainer's own cost: {cost['empty_step_us']:.2f} us a step, {cost['batch_us']:.2f} us a batch")


def main():
    arguments = parse()
    os.environ.update(NARROWED.get(arguments.kernels, {}))
    result = machine()
    if not arguments.trainer:
        refuse_what_is_missing(arguments)
        for name in arguments.cases:
            result[name] = (compare_inference(arguments) if name == INFERENCE else
                            compare_speeds(arguments, SPEEDS[name]) if name in SPEEDS else compare(arguments, CASES[name]))
    if "r1" in result:
        require_quiet()
        result["products"] = products(arguments.binaries, result["r1"]["sslhost_ms"])
    if arguments.trainer or any(name in CASES for name in arguments.cases):
        require_quiet()
        result["trainer"] = trainer_cost(arguments.binaries)
    if arguments.json:
        print(json.dumps(result))
    else:
        show(result)


if __name__ == "__main__":
    main()
