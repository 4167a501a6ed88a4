# SPDX-License-Identifier: Apache-2.0
"""What scripts/bench times of trained models: sslhost::Classifier, onnxruntime and PyTorch eager in turn, on 1 and 2 threads."""
import json
import os
import random
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

ONNX_PYTHON = "SSLHOST_ONNX_PYTHON"
SIDES = ("sslhost", "onnxruntime", "torch")


@dataclass(frozen=True)
class Network:
    title: str
    flags: tuple  # of the run that makes the model: one iteration, since weights change no time
    side: int  # of the pictures, made of noise; 0: the embedded digits
    shape: str
    batch: int


NETWORKS = {
    "digits": Network("mlp-64-64 on digits", ("--plugin", "supervised", "--model", "mlp-64-64"), 0, "1,8,8", 64),
    "resnet-18": Network("resnet-18, 64 x 64", ("--plugin", "supervised", "--model", "resnet-18", "--batch", "4"), 64, "3,64,64", 16),
    "efficientnet-lite0": Network("efficientnet-lite0's features, 224 x 224, and a linear classifier",
                                  ("--plugin", "linear-probe", "--encoder", "efficientnet-lite0"), 224, "3,224,224", 16),
}


def complaint(arguments):
    if not arguments.python:
        return "no Python imports the torch that sslhost is built with"
    if not os.environ.get(ONNX_PYTHON):
        return f"no Python with onnxruntime: name one with {ONNX_PYTHON}"
    return None


def png(side, seed):
    """A picture of noise, RGB."""
    noise = random.Random(seed)
    rows = b"".join(b"\0" + noise.randbytes(3 * side) for _ in range(side))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def put_pictures(folder, side):
    for i in range(40):
        file = folder / "ab"[i % 2] / f"{i}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(png(side, i))


def make_model(arguments, network, folder, output):
    """A run with its two exports."""
    sslhost, data = arguments.binaries / "sslhost", []
    if network.side:
        put_pictures(folder / "pictures", network.side)
        data = ["--data", folder / "pictures", "--image-size", network.side, "--holdout", 10]
    iterations = [] if "linear-probe" in network.flags else ["--iterations", 1]
    output([sslhost, *network.flags, *iterations, *data, "--device", "cpu", "--pictures", "false", "--out", folder / "run", "--quiet"])
    output([sslhost, "export", folder / "run", "--format", "onnx", "--out", folder / "model.onnx"])
    output([sslhost, "export", folder / "run", "--format", "python", "--out", folder / "module"])


def commands(arguments, network, folder, threads):
    """By side; each prints one line of JSON."""
    peer = ["-B", arguments.peers / "inference.py", "--shape", network.shape, "--batch", network.batch, "--threads", threads]
    plugins = arguments.binaries.parent / "lib" / "sslhost" / "plugins"
    return {"sslhost": [arguments.binaries / "classifier_bench", folder / "run", plugins, network.batch],
            "onnxruntime": [os.environ[ONNX_PYTHON], *peer, "--onnx", folder / "model.onnx"],
            "torch": [arguments.python, *peer, "--module", folder / "module"]}


def compare(arguments, output, require_quiet, median, folder):
    """{"digits": {"1": {"sslhost": {"milliseconds", "images_per_second"}, ...}, "2": ...}}; medians of rounds in turn."""
    result = {}
    for name, network in NETWORKS.items():
        make_model(arguments, network, Path(folder) / name, output)
        for threads in arguments.threads:
            rounds = []
            for _ in range(arguments.rounds):
                if threads > 1:
                    require_quiet()
                environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
                rounds.append({side: json.loads(output(command, env=environment).splitlines()[-1])
                               for side, command in commands(arguments, network, Path(folder) / name, threads).items()})
            result.setdefault(name, {})[str(threads)] = {
                side: {key: round(median(r[side][key] for r in rounds), 3) for key in ("milliseconds", "images_per_second")}
                | {"version": rounds[-1][side].get("version", "")} for side in SIDES}
    return {"rounds": arguments.rounds, "networks": result}


def lines(result):
    for name, by_threads in result["networks"].items():
        for threads, sides in by_threads.items():
            texts = [f"{side} {sides[side]['version']}".rstrip() + f" {sides[side]['milliseconds']:.3f} ms, "
                     f"{sides[side]['images_per_second']:,.0f}/s" for side in SIDES]
            yield f"{NETWORKS[name].title}, {threads} {'thread' if threads == '1' else 'threads'}: " + "; ".join(texts) + f"; medians of {result['rounds']}"
