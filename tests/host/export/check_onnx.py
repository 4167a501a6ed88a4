#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Exported models by onnx.checker and onnxruntime: the probabilities of every network of the SDK within 1e-5 of sslhost's.

Usage: check_onnx.py WRITE_MODELS [STEM], the program that writes them; with STEM one that it has written is compared. SSLHOST_ONNX_PYTHON names a Python that has onnx, onnxruntime
and numpy, and perhaps openvino; otherwise this one. Where they are missing it says so and ends with 77, which ctest counts as skipped."""
import os
import pathlib
import subprocess
import sys

from every_network import compare_all

MOST = 1e-5


def difference(stem):
    import numpy
    import onnx
    import onnxruntime
    onnx.checker.check_model(str(stem) + ".onnx", full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(stem) + ".onnx", options, providers=["CPUExecutionProvider"])
    given, = session.get_inputs()
    assert given.shape[0] == "batch", given.shape
    kind = {"tensor(uint8)": numpy.uint8, "tensor(float)": numpy.float32}[given.type]
    images = numpy.fromfile(str(stem) + ".images", kind).reshape(-1, *given.shape[1:])
    wanted = numpy.fromfile(str(stem) + ".probabilities", numpy.float32).reshape(len(images), -1)
    logits, found = session.run(["logits", "probabilities"], {given.name: images})
    one, = session.run(["probabilities"], {given.name: images[:1]})  # batches of any size
    assert logits.shape == found.shape == wanted.shape, (logits.shape, wanted.shape)
    assert wanted.std() > 1e-3, "all predictions are alike, so that nothing is compared"
    return max(abs(found - wanted).max(), abs(one - wanted[:1]).max(), openvino_difference(stem, images, wanted))


def openvino_difference(stem, images, wanted):
    """Another program that reads ONNX, where it is installed. It multiplies in bf16 by itself where the processor does."""
    try:
        import openvino
    except ImportError:
        return 0
    model = openvino.Core().compile_model(str(stem) + ".onnx", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return abs(model(images)["probabilities"] - wanted).max()


def compare(stem):
    far = difference(stem)
    print(f"{stem.name:30} {far:.1e}{'' if far <= MOST else f'  more than {MOST}'}", flush=True)
    return far <= MOST


def main():
    program = sys.argv[1]
    other = os.environ.pop("SSLHOST_ONNX_PYTHON", None)
    if other:
        return subprocess.run([other, "-B", *sys.argv]).returncode
    try:
        import onnx, onnxruntime  # noqa: F401
    except ImportError as missing:
        print(f"skipped: {missing}; SSLHOST_ONNX_PYTHON names a Python with onnx and onnxruntime")
        return 77
    if len(sys.argv) > 2:
        return 0 if compare(pathlib.Path(sys.argv[2])) else 1
    return compare_all(program, compare)


if __name__ == "__main__":
    sys.exit(main())
