# SPDX-License-Identifier: Apache-2.0
"""Where sslhost, its tests, LibTorch and the data lie on this machine, and how programs are started there."""
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARCHIVE = ROOT / "build" / "gpu.tar"
sys.path.insert(0, str(ROOT / "scripts" / "lib"))

from bench import KEEP_MEMORY  # noqa: E402


class Failed(Exception):
    """A check that found something wrong."""


@dataclass
class Place:
    tree: Path  # bin/, lib/, tests' programs in bin/, peers/, data/
    device: str
    scratch: Path
    short: bool = False
    torch: Path = None  # the Python package's folder
    environment: dict = field(default_factory=dict)

    @property
    def mnist(self):
        return self.tree / "data" / "mnist"

    def run(self, command, seconds, **more):
        """A program's standard output; what it says on failure ends the check."""
        environment = {**os.environ, **self.environment, **more}
        started = time.monotonic()
        try:
            done = subprocess.run([str(c) for c in command], capture_output=True, text=True, env=environment,
                                  timeout=seconds, cwd=self.scratch)
        except subprocess.TimeoutExpired:
            raise Failed(f"{Path(str(command[0])).name}: no end within {seconds} s") from None
        self.took = time.monotonic() - started
        if done.returncode != 0:
            text = (done.stderr.strip() or done.stdout.strip())[-1500:]
            raise Failed(f"{Path(str(command[0])).name} ended with {done.returncode}: {text}")
        return done.stdout

    def sslhost(self, *arguments, seconds=60, **more):
        return self.run([self.tree / "bin" / "sslhost", *arguments], seconds, **more)

    def python(self, *arguments, seconds=60, **more):
        return self.run([sys.executable, "-B", *arguments], seconds, **{**KEEP_MEMORY, **more})

    def fresh(self, name):
        return Path(tempfile.mkdtemp(prefix=name + "-", dir=self.scratch)) / "run"


def unpack(archive, folder):
    """Without rights for others: a plugin that others may write to is refused."""
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o022)
    return folder / "sslhost"


def from_build(build, folder):
    """The tree of a build on this machine, with links in place of copies."""
    tree = folder / "sslhost"
    tree.mkdir()
    for name in ("bin", "lib", "tests"):
        (tree / name).symlink_to(build / name)
    (tree / "peers").symlink_to(ROOT / "tests" / "peers")
    (tree / "data").mkdir()
    mnist = ROOT.parent / "shared" / "data" / "mnist"
    if mnist.exists():
        (tree / "data" / "mnist").symlink_to(mnist)
    return tree


def torch_folder():
    """LIBTORCH, else of the Python that runs this, without importing it: that takes seconds and memory."""
    if os.environ.get("LIBTORCH"):
        return Path(os.environ["LIBTORCH"])
    found = importlib.util.find_spec("torch")
    return Path(found.submodule_search_locations[0]) if found else None


def open_place(options):
    scratch = Path(tempfile.mkdtemp(prefix="sslhost-gpu-"))
    torch = torch_folder()
    if torch is None:
        sys.exit(f"scripts/gpu/check: {sys.executable} has no torch; run it with the Python that has")
    tree = from_build(options.build, scratch) if options.build else unpack(options.archive, scratch)
    libraries = [torch / "lib", *sorted((torch.parent / "nvidia").glob("*/lib")), tree / "lib", tree / "lib" / "bundled"]
    environment = {
        # LibTorch's own first: its libgomp must be the only one.
        "LD_LIBRARY_PATH": ":".join(str(p) for p in libraries if p.is_dir()),
        "LIBTORCH": str(torch),
        "PYTHONPATH": str(torch.parent),
        "XDG_CACHE_HOME": str(scratch / "cache"),
        "SSLHOST_TEST_DEVICE": options.device,
    }
    return Place(tree=tree, device=options.device, scratch=scratch, short=options.short, torch=torch, environment=environment)


def close(place):
    shutil.rmtree(place.scratch, ignore_errors=True)


def write_whole(path, value):
    """A reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, indent=1) + "\n")
    part.replace(path)
