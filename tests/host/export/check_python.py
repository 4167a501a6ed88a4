#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Exported models in PyTorch, for every network of the SDK: probabilities within 1e-5 of sslhost's, and, with both in float64,
so that rounding hides nothing and blames nothing, logits within 1e-5.

Usage: check_python.py FOLDER-OF-TORCH WRITE_MODELS [STEM]; the first is that of the LibTorch that sslhost is built with, whose
Python is used. Where it has none, it says so and ends with 77, which ctest counts as skipped. With STEM one that the program has
written is compared."""
import json
import os
import pathlib
import subprocess
import sys
import types

from every_network import compare_all

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


def loaded(folder, double):
    """The module model.py, and its network; in float64 all numbers are, the weights being those of float32."""
    import torch
    text = (folder / "model.py").read_text(encoding="utf-8")
    module = types.ModuleType("model")
    module.__file__ = str(folder / "model.py")
    exec(compile(text.replace("x1.to(torch.float32)", "x1.to(torch.float64)") if double else text, module.__file__, "exec"),
         module.__dict__)
    net = module.load()
    return module, net.to(torch.float64) if double else net


def numbers(stem, end, dtype):
    import torch
    return torch.frombuffer(bytearray(stem.with_name(stem.name + end).read_bytes()), dtype=dtype)


def differences(stem):
    """Of probabilities, and of logits in float64: None where there are none to compare with."""
    import torch
    folder = stem.with_name(stem.name + ".python")
    model, net = loaded(folder, double=False)
    shape = model.Model.__doc__.split("[")[1].split("]")[0].split(",")
    kind = torch.uint8 if "torch.uint8" in model.Model.__doc__ else torch.float32
    images = numbers(stem, ".images", kind).reshape([-1] + [int(number) for number in shape[1:]])
    wanted = numbers(stem, ".probabilities", torch.float32).reshape(len(images), -1)
    assert wanted.std() > 1e-3, "all predictions are alike, so that nothing is compared"
    assert all(p.requires_grad for p in net.parameters()), "parameters that cannot be trained on"
    with torch.no_grad():
        far = (net.probabilities(images) - wanted).abs().max().item()
        one = (net.probabilities(images[:1]) - wanted[:1]).abs().max().item()  # batches of any size
        if not stem.with_name(stem.name + ".logits").exists():
            return max(far, one), None
        logits = numbers(stem, ".logits", torch.float64).reshape(len(images), -1)
        return max(far, one), (loaded(folder, double=True)[1](images) - logits).abs().max().item()


def compare(stem):
    far, exact = differences(stem)
    good = far <= MOST and (exact is None or exact <= MOST)
    print(f"{stem.name:30} {far:.1e} {'' if exact is None else f'{exact:.1e}'}{'' if good else f'  more than {MOST}'}", flush=True)
    return good


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
    return compare_all(program, compare)


if __name__ == "__main__":
    sys.exit(main())
