# SPDX-License-Identifier: Apache-2.0
"""The packages of scripts/package, of an installation in a folder that may be changed."""
import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

import bundle
import wheel


def version_of(root):
    return re.search(r"project\(sslhost VERSION ([0-9.]+)", (root / "CMakeLists.txt").read_text()).group(1)


def readme_of(root, version):
    """Without links into the source tree, which lead nowhere from a package."""
    text = (root / "README.md").read_text()
    text = re.sub(r"<p>.*?</p>", "", text, flags=re.S)
    return re.sub(r"\[([^\]]+)\]\((?!http)[^)]+\)", r"\1", text)


def write_tar(tree, folder, version):
    path = folder / f"sslhost-{version}-linux-x86_64.tar.gz"
    name = f"sslhost-{version}"
    subprocess.run(["tar", "--create", "--gzip", "--file", path, "--owner=0", "--group=0", "--sort=name",
                    "--mtime=2020-01-01", f"--transform=s,^{tree.name},{name},S", "-C", tree.parent, tree.name], check=True)
    return path


CONTROL = """Package: sslhost
Version: {version}
Architecture: amd64
Maintainer: sslhost <sslhost@localhost>
Depends: libc6 (>= {glibc}), libstdc++6 (>= 12), libgcc-s1
Recommends: python3, libcurl4, libmicrohttpd12
Section: science
Priority: optional
Installed-Size: {kilobytes}
Description: semi-supervised image classification
 Trains a classifier when there are a thousand pictures and fifty labels, with methods that are plugins. LibTorch {torch}
 is not part of it: pip install torch=={torch}.* in the Python environment that you use, or set LIBTORCH.
"""


def write_deb(tree, folder, version, torch, glibc):
    """Below /usr/lib/sslhost, as one folder that keeps its own libraries; PATH and CMake are led there."""
    path = folder / f"sslhost_{version}_amd64.deb"
    place = tree.parent / "deb"
    shutil.copytree(tree, place / "usr/lib/sslhost", symlinks=True)
    (place / "usr/bin").mkdir(parents=True)
    (place / "usr/bin/sslhost").symlink_to("../lib/sslhost/bin/sslhost")
    cmake = place / "usr/lib/cmake/sslhost"
    cmake.mkdir(parents=True)
    for name in ("sslhostConfig.cmake", "sslhostConfigVersion.cmake"):
        (cmake / name).write_text(f'include("${{CMAKE_CURRENT_LIST_DIR}}/../../sslhost/lib/cmake/sslhost/{name}")\n')
    (place / "DEBIAN").mkdir()
    size = sum(f.stat().st_size for f in place.rglob("*") if f.is_file()) // 1024
    (place / "DEBIAN/control").write_text(CONTROL.format(version=version, glibc="%d.%d" % glibc, kilobytes=size,
                                                         torch=".".join(torch.split(".")[:2])))
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", "-Zxz", place, path], check=True, stdout=subprocess.DEVNULL)
    return path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tree", type=Path)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--torch", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("kinds", nargs="+", choices=["wheel", "tar", "deb"])
    a = parser.parse_args()
    version = version_of(a.root)
    shutil.copy(a.root / "LICENSE", a.tree / "LICENSE")
    bundle.stand_alone(a.tree, [a.root, Path.home()])
    glibc = bundle.newest_glibc(a.tree)
    for kind in a.kinds:
        if kind == "wheel":
            path = wheel.write_wheel(a.tree, a.out, version, a.torch, glibc, readme_of(a.root, version))
        elif kind == "tar":
            path = write_tar(a.tree, a.out, version)
        else:
            path = write_deb(a.tree, a.out, version, a.torch, glibc)
        print(f"{path}  {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    try:
        main()
    except bundle.Unfit as e:
        sys.exit(f"package: {e}")
