#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Exported models in PyTorch: logits of every network of the SDK, divided by their temperature, within 1e-5 of sslhost's.

Usage: check_python.py FOLDER-OF-TORCH WRITE_MODELS [STEM]; the first is that of the LibTorch that sslhost is built with, whose Python is
used. Where it has none, it says so and ends with 77, which ctest counts as skipped. With
STEM one that the program has written is compared."""
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import types

MOST = 1e-5


def load_file(path):
    """What safetensors.torch.load_file gives, for a Python without that package."""
    import torch
    data = pathlib.Path(path).read_bytes()
    length = int.from_bytes(data[:8], "little")
    kinds = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64, "I32": torch.int32, "U8": torch.uint8,
             "BOOL": torch.bool}
    tensors = {}
    for name, about in json.loads(data[8:8 + length]).items():
        if name == "__metadata__":
            continue
        begin, end = (8 + length + offset for offset in about["data_offsets"])
        tensors[name] = torch.frombuffer(bytearray(data[begin:end]), dtype=kinds[about["dtype"]]).reshape(about["shape"])
    return tensors


def without_safetensors():
    package, module = types.ModuleType("safetensors"), types.ModuleType("safetensors.torch")
    module.load_file = load_file
    sys.modules.update({"safetensors": package, "safetensors.torch": module})


def difference(stem):
    import torch
    folder = stem.with_name(stem.name + ".python")
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    model = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(model)
    net = model.load()
    kind = torch.uint8 if "torch.uint8" in model.Model.__doc__ else torch.float32
    numbers = model.Model.__doc__.split("[")[1].split("]")[0].split(",")
    shape = [-1] + [int(number) for number in numbers[1:]]
    read = lambda end, dtype: torch.frombuffer(bytearray(stem.with_name(stem.name + end).read_bytes()), dtype=dtype)  # noqa: E731
    images = read(".images", kind).reshape(shape)
    wanted = read(".probabilities", torch.float32).reshape(len(images), -1)
    with torch.no_grad():
        found = torch.log_softmax(net(images) / model.TEMPERATURE, 1)
        assert torch.allclose(found.exp(), net.probabilities(images))
        one = net.probabilities(images[:1])
    assert wanted.std() > 1e-3, "all predictions are alike, so that nothing is compared"
    assert (one - wanted[:1]).abs().max() < MOST, "another batch, another result"
    if not all(p.requires_grad for p in net.parameters()):
        raise AssertionError("parameters that cannot be trained on")
    likely = wanted > 1e-6  # below, a logarithm is made of rounding
    assert (found.exp() - wanted).abs().max() < MOST
    return (found - wanted.log())[likely].abs().max().item()


def compare(stem):
    far = difference(stem)
    print(f"{stem.name:30} {far:.1e}{'' if far <= MOST else f'  more than {MOST}'}", flush=True)
    return far <= MOST


def compare_all(program):
    """One after the other, since all of them are gigabytes. (No short cut: each is looked at.)"""
    names = subprocess.run([program], check=True, capture_output=True, text=True).stdout.split()
    assert len(names) > 10, names
    verdicts = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([program, folder, name], check=True)
            verdicts.append(compare(pathlib.Path(folder) / name))
    return 0 if all(verdicts) else 1


def main():
    libtorch, program = sys.argv[1:3]
    python = libtorch.partition("/lib/python")[0] + "/bin/python"
    if os.environ.get("PYTHONPATH") != os.path.dirname(libtorch):  # once more, with that torch
        os.environ["PYTHONPATH"] = os.path.dirname(libtorch)
        return subprocess.run([python if os.path.exists(python) else sys.executable, "-B", *sys.argv]).returncode
    try:
        import torch  # noqa: F401
    except ImportError as missing:
        print(f"skipped: {missing}, in the folder of LibTorch")
        return 77
    torch.set_num_threads(1)
    try:
        import safetensors.torch  # noqa: F401
    except ImportError:
        without_safetensors()
    if len(sys.argv) > 3:
        return 0 if compare(pathlib.Path(sys.argv[3])) else 1
    return compare_all(program)


if __name__ == "__main__":
    sys.exit(main())
