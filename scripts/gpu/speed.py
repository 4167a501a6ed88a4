# SPDX-License-Identifier: Apache-2.0
"""How fast training is, beside PyTorch on the same device and beside what the device can do."""
import json

import place as places
import runs

CEILINGS = r"""
import json, torch
def ms(f, n=50):
    for _ in range(5): f()
    torch.cuda.synchronize(); a, b = torch.cuda.Event(True), torch.cuda.Event(True)
    a.record()
    for _ in range(n): f()
    b.record(); torch.cuda.synchronize()
    return a.elapsed_time(b) / n
def graphed(f):
    f(); torch.cuda.synchronize(); g = torch.cuda.CUDAGraph()
    with torch.cuda.graph(g): f()
    return ms(g.replay)
found = {}
x = torch.empty(1 << 28, device="cuda"); y = torch.empty_like(x)
found["copy_gb_s"] = 2 * x.nbytes / ms(lambda: y.copy_(x), 10) / 1e6
del x, y
# The products of an R1 iteration: 3 layers, passes of 100 and 250 images (forward, and backward where weights learn)
def products(kind):
    sizes = [(784, 1200), (1200, 1200), (1200, 10)]
    w = [torch.randn(o, i, device="cuda", dtype=kind) for i, o in sizes]
    def go():
        for n, passes in ((100, 3), (250, 7)):
            for _ in range(passes):
                h = torch.empty(n, 784, device="cuda", dtype=kind)
                for weight in w: h = h @ weight.t()
    return graphed(go)
found["products_fp32_ms"] = products(torch.float32)
torch.backends.cuda.matmul.allow_tf32 = True
found["products_tf32_ms"] = products(torch.float32)
found["products_bf16_ms"] = products(torch.bfloat16)
z = torch.zeros(1, device="cuda")
def nodes():
    for _ in range(100): z.add_(1)
found["us_a_node"] = graphed(nodes) * 10
print(json.dumps({k: round(v, 4) for k, v in found.items()}))
"""


def require_mnist(place):
    if not place.mnist.exists():
        raise places.Failed("no MNIST beside the programs (data/mnist)")


def peer(place, iterations, *more, seconds=60):
    """Milliseconds an iteration of the PyTorch version of R1."""
    text = place.python(place.tree / "peers" / "vat_mlp.py", "--data", place.mnist, "--device", place.device, "--iters", iterations,
                        *more, seconds=seconds)
    result = json.loads(text.splitlines()[-1])
    return {"ms": round(1000 * result["seconds"] / result["iters"], 4), "test_error": result["test_error"]}


def ours(place, iterations, *more, seconds=60):
    run = runs.train(place, *runs.R1, "--data", place.mnist, "--iterations", iterations, "--log-every", iterations // 4,
                     "--eval-every", iterations, *more, seconds=seconds)
    return {"ms": round(runs.milliseconds(run), 4), "test_error": runs.rows(run)[-1]["test_error"]}


def r1(place):
    require_mnist(place)
    count = 20 if place.short else 2000
    return {"iterations": count, "sslhost": ours(place, count), "sslhost_one_by_one": ours(place, count, "--graphs", "false"),
            "eager": peer(place, count), "tuned": peer(place, count, "--tuned"), "tuned_tf32": peer(place, count, "--tuned", "--tf32")}


def ceilings(place):
    return json.loads(place.python("-c", CEILINGS).splitlines()[-1])


def r1_whole(place):
    require_mnist(place)
    if place.short:
        return {"skipped": "24,000 iterations"}
    run = runs.train(place, *runs.R1, "--data", place.mnist, seconds=60)
    last = runs.rows(run)[-1]
    return {"iterations": last["iteration"], "test_error": last["test_error"], "training_seconds": last["seconds"]}


def networks(place):
    """Milliseconds an iteration of deeper networks on MNIST's images, and images a second."""
    require_mnist(place)
    results, count = {}, 8 if place.short else 100
    for model, batch in (("resnet-18-cifar", 64), ("wrn-28-2", 64), ("cnn-4x4", 250)):
        run = runs.train(place, "--recipe", "none", "--plugin", "supervised", "--dataset", "mnist", "--data", place.mnist, "--labels",
                         1000, "--model", model, "--batch", batch if not place.short else 8, "--iterations", count, "--log-every",
                         count // 4, "--eval-every", count, "--checkpoint-every", 0, "--pictures", "false")
        ms = runs.milliseconds(run)
        results[model] = {"batch": batch, "ms": round(ms, 3), "images_s": round(1000 * batch / ms)}
        if place.short:
            break
    return {"networks": results}


def compiled(place):
    require_mnist(place)
    return {mode: peer(place, 2000, "--tuned", "--compile", mode, seconds=110) for mode in ("default", "reduce-overhead")}
