# SPDX-License-Identifier: Apache-2.0
"""Runs of sslhost on a device, and what they left."""
import hashlib
import json
import struct

METHODS = ("vat", "supervised", "fixmatch", "mean-teacher", "sgan", "autoencoder-transfer")
# Small runs of the embedded digits.
DIGITS = ("--recipe", "none", "--dataset", "digits", "--labels", "50", "--model", "mlp-64-64", "--pictures", "false",
          "--checkpoint-every", "0", "--threads", "1", "--seed", "3")
R1 = ("--recipe", "vat/mnist-100-mlp", "--pictures", "false", "--checkpoint-every", "0")


def train(place, *arguments, device=None, seconds=60, out=None):
    """The run's folder."""
    out = out or place.fresh("run")
    place.sslhost(*arguments, "--device", device or place.device, "--out", out, "--quiet", seconds=seconds)
    return out


def lengths(method, iterations):
    """Options for that many iterations in each phase."""
    more = ("--reconstruct-iterations", iterations, "--finetune-iterations", iterations) if method == "autoencoder-transfer" else ()
    return ("--iterations", iterations, *more)


def rows(run):
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def record(run):
    return json.loads((run / "run.json").read_text())


def milliseconds(run):
    """An iteration, between the first and the last line of the metrics."""
    first, *_, last = rows(run)
    return 1000 * (last["seconds"] - first["seconds"]) / (last["iteration"] - first["iteration"])


def tensors(run):
    """name -> (type, shape, bytes) of the model."""
    data = (run / "model.safetensors").read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    body = data[8 + size:]
    return {name: (entry["dtype"], entry["shape"], body[slice(*entry["data_offsets"])])
            for name, entry in header.items() if name != "__metadata__"}


def bits(run):
    """One hash over all weights."""
    whole = hashlib.sha256()
    for name, (kind, shape, data) in sorted(tensors(run).items()):
        whole.update(f"{name} {kind} {shape}".encode() + data)
    return whole.hexdigest()[:16]


def apart(one, other):
    """The largest difference of any weight, and where."""
    worst, where = 0.0, ""
    there = tensors(other)
    for name, (kind, _, data) in tensors(one).items():
        if kind != "F32":
            continue
        for a, b in zip(struct.iter_unpack("<f", data), struct.iter_unpack("<f", there[name][2])):
            if abs(a[0] - b[0]) > worst:
                worst, where = abs(a[0] - b[0]), name
    return worst, where
