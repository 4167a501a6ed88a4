# SPDX-License-Identifier: Apache-2.0
"""An exported model in onnxruntime, or in PyTorch eager, as its users run them; twin of `classifier_bench`.

How long one picture takes, and how many a second of a batch. With one thread CPU time counts, which other processes on the
machine do not take away. PyTorch: inference_mode, channels_last.
"""
import argparse
import json
import statistics
import sys
import time
from pathlib import Path


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--onnx", help="a file of `sslhost export --format onnx`")
    parser.add_argument("--module", help="a folder of `sslhost export --format python`")
    parser.add_argument("--shape", type=lambda text: [int(n) for n in text.split(",")], required=True, help="C,H,W")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1)
    return parser.parse_args()


def of_onnx(options):
    """(a call with that many pictures, version)"""
    import numpy
    import onnxruntime
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads, settings.inter_op_num_threads = options.threads, 1
    session = onnxruntime.InferenceSession(options.onnx, settings, providers=["CPUExecutionProvider"])
    rng = numpy.random.default_rng(0)

    def call_with(n):
        images = rng.integers(0, 17, (n, *options.shape), dtype=numpy.uint8)
        return lambda: session.run(["probabilities"], {"input": images})

    return call_with, onnxruntime.__version__


def of_torch(options):
    import torch
    torch.set_num_threads(options.threads)
    sys.path[:0] = [options.module, str(Path(__file__).resolve().parents[1] / "host" / "export")]
    try:
        import safetensors.torch  # noqa: F401
    except ImportError:
        import check_python
        check_python.without_safetensors()
    import model
    net = model.load().to(memory_format=torch.channels_last)

    def call_with(n):
        images = torch.randint(0, 17, (n, *options.shape), dtype=torch.uint8)

        def call():
            with torch.inference_mode():
                net.probabilities(images)

        return call

    return call_with, torch.__version__


def median_seconds(call, seconds, now):
    for _ in range(3):
        call()
    times, end = [], now() + seconds
    while now() < end or len(times) < 5:
        start = now()
        call()
        times.append(now() - start)
    return statistics.median(times)


def main():
    options = parse()
    call_with, version = (of_onnx if options.onnx else of_torch)(options)
    now = time.process_time if options.threads == 1 else time.perf_counter
    latency = median_seconds(call_with(1), options.seconds, now)
    of_batch = median_seconds(call_with(options.batch), options.seconds, now)
    print(json.dumps({"milliseconds": 1000 * latency, "images_per_second": options.batch / of_batch, "version": version}))


if __name__ == "__main__":
    main()
