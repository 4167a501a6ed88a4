# SPDX-License-Identifier: Apache-2.0
"""Whether training on the device is right."""
import os
import shutil
import signal
import subprocess
import time

import place as places
import runs

# Programs of tests, and which of their tests the device concerns.
TESTS = {"operators_test": "*", "cards_test": "*", "sdk_test": "*", "trainer_test": "*", "data_test": "*", "conformance_test":
         "Methods/MethodChecks.Pass/*card:Methods/MethodChecks.Pass/*same_seed:Methods/MethodChecks.Pass/*resume:"
         "Methods/MethodChecks.Pass/*finite:Methods/MethodChecks.Pass/*moves:Methods/MethodChecks.Pass/*label_blind"}


def training(place):
    plugins = place.sslhost("plugins", "--check", seconds=40)
    out = runs.train(place, "--plugin", "vat", "--pictures", "false", seconds=40)
    last = runs.rows(out)[-1]
    if not last["test_error"] < 0.1:
        raise places.Failed(f"test error {last['test_error']} on the digits")
    return {"plugins": len(plugins.splitlines()), "test_error": last["test_error"], "training_seconds": last["seconds"],
            "device": runs.record(out)["device"]}


def failed_tests(text):
    return sorted({line.split("]")[1].split(" (")[0].strip() for line in text.splitlines() if line.startswith("[  FAILED  ]")
                   and "." in line})


def tests(place):
    results = {}
    for name, chosen in TESTS.items():
        program = place.tree / "bin" / name
        if not program.exists():
            results[name] = {"failed": ["the program is not there"]}
            continue
        if place.short and name == "conformance_test":
            chosen = "Methods/MethodChecks.Pass/vat__card:Methods/MethodChecks.Pass/vat__resume"
        environment = {**os.environ, **place.environment, "SSLHOST_SOURCE_DIR": str(place.tree)}
        done = subprocess.run([program, f"--gtest_filter={chosen}"], capture_output=True, text=True,
                              env=environment, cwd=place.scratch)
        bad, passed = failed_tests(done.stdout), done.stdout.count("\n[       OK ]")
        if bad or (done.returncode == 0 and passed > 0):
            results[name] = {"passed": passed, "failed": bad}
        else:
            results[name] = {"passed": passed, "ended_with": done.returncode, "said": done.stdout[-600:] + done.stderr[-600:]}
    wrong = {name: found for name, found in results.items() if found.get("failed") != []}
    if wrong:
        raise places.Failed(str(wrong)[:1500])
    return {"tests": results}


def methods(place):
    """The same seed twice; stopped and resumed; beside a CPU after 1 and 20 iterations."""
    results, wrong = {}, []
    for method in runs.METHODS if not place.short else runs.METHODS[:2]:
        options = ("--plugin", method, *runs.DIGITS)
        one, two = (runs.bits(runs.train(place, *options, *runs.lengths(method, 40))) for _ in range(2))
        found = {"same_seed": one == two, "resumed": resumed(place, options, method) == one}
        for iterations in (1, 20):
            there = runs.train(place, *options, *runs.lengths(method, iterations))
            here = runs.train(place, *options, *runs.lengths(method, iterations), device="cpu")
            found[f"apart_after_{iterations}"] = runs.apart(there, here)
        results[method] = found
        wrong += [method] if not (found["same_seed"] and found["resumed"]) else []
    if wrong:
        raise places.Failed(f"{', '.join(wrong)}: {results}")
    return {"methods": results}


def resumed(place, options, method):
    """Interrupted as soon as it trains, then gone on with: the bits of the weights."""
    out = place.fresh("stopped")
    command = [str(c) for c in (place.tree / "bin" / "sslhost", *options, *runs.lengths(method, 40), "--device", place.device,
                                "--log-every", 1, "--out", out)]
    process = subprocess.Popen(command, env={**os.environ, **place.environment}, cwd=place.scratch,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not (out / "metrics.jsonl").exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.wait()
    if not (out / "model.safetensors").exists():
        place.sslhost("--resume", out, "--quiet")
    return runs.bits(out)


def replay(place):
    """Steps from one recording, and steps made one by one: equal bits."""
    results = {}
    for method in runs.METHODS if not place.short else runs.METHODS[:1]:
        options = ("--plugin", method, *runs.DIGITS, *runs.lengths(method, 120))
        both = {graphs: runs.train(place, *options, "--graphs", graphs) for graphs in ("true", "false")}
        results[method] = {"equal": runs.bits(both["true"]) == runs.bits(both["false"]),
                           "ms": round(runs.milliseconds(both["true"]), 3), "ms_one_by_one": round(runs.milliseconds(both["false"]), 3)}
    wrong = [method for method, found in results.items() if not found["equal"]]
    if wrong:
        raise places.Failed(f"other bits when replayed: {', '.join(wrong)}; {results}")
    return {"methods": results}


def kernels(place):
    """Under NVIDIA's memory checker, where it is there."""
    checker = shutil.which("compute-sanitizer") or "/usr/local/cuda/bin/compute-sanitizer"
    if not place.device.startswith("cuda") or not os.path.exists(checker):
        return {"compute_sanitizer": "not there"}
    text = place.run([checker, "--error-exitcode", "9", place.tree / "bin" / "operators_test", "--gtest_filter=*cuda*"], 60)
    return {"compute_sanitizer": text.splitlines()[-1]}


def expect(place, code, text, *arguments):
    done = subprocess.run([str(place.tree / "bin" / "sslhost"), *arguments], capture_output=True, text=True,
                          env={**os.environ, **place.environment}, cwd=place.scratch)
    if done.returncode != code or text not in done.stderr:
        raise places.Failed(f"{' '.join(arguments)}: expected {code} and '{text}', found {done.returncode}: {done.stderr[-500:]}")
    return done.stderr.strip().splitlines()[-1]


def failures(place):
    said = [expect(place, 7, "cuda:97", "--plugin", "vat", "--device", "cuda:97")]
    if place.device.startswith("cuda"):
        said.append(expect(place, 7, "memory", "--plugin", "supervised", "--dataset", "digits", "--device", place.device,
                           "--model", "mlp-400000-400000"))
    return {"said": said}
