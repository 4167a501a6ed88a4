#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What scripts/package makes of this build runs away from it: the wheel beside LibTorch as pip puts them, the unpacked
# folder with LIBTORCH, both with an empty environment and a home that may not be written to.
#   package_test.sh SOURCE BUILD
set -euo pipefail
source_dir=$1 build=$2
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }

for tool in patchelf readelf dpkg-deb; do
  type -P $tool >/dev/null || { echo "SKIPPED: $tool is not there; scripts/setup installs it"; exit 77; }
done
torch=$(sed -n 's/^set(SSLHOST_TORCH_USED "\(.*\)")$/\1/p' "$build/package/SslhostTorchUsed.cmake")
[[ -e $torch/lib/libtorch_cpu.so ]] || fail "no LibTorch at '$torch'"

cmake --install "$build" --prefix "$work/tree" --strip >"$work/log" || { cat "$work/log"; fail "cmake --install"; }
mkdir "$work/dist"
python3 -B "$source_dir/scripts/lib/package.py" "$work/tree" --root "$source_dir" --torch 2.11.0 --out "$work/dist" wheel tar deb
wheel=$(echo "$work"/dist/*.whl)
(( $(stat -c %s "$wheel") < 10000000 )) || fail "the wheel has $(stat -c %s "$wheel") bytes"
glibc=${wheel##*manylinux_2_} glibc=${glibc%%_*}
((glibc <= 34)) || fail "the wheel asks for glibc 2.$glibc, and docs/how-to/install.md promises 2.34"

listed=$(python3 -m zipfile -l "$wheel")
for package in libarchive-dev libexpat1-dev libminizip-dev nettle-dev; do
  [[ ! -e /usr/share/doc/$package || $listed == *"licences/$package "* ]] || fail "no licence of $package in the wheel"
done

# As pip does it: files with their modes, and the program that the entry point names.
mkdir -p "$work/site"
python3 - "$wheel" "$work/site" <<'PYTHON'
import os, sys, zipfile
wheel, site = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    assert archive.testzip() is None
    names = archive.namelist()
    record = next(n for n in names if n.endswith("/RECORD"))
    listed = {line.rsplit(",", 2)[0] for line in archive.read(record).decode().splitlines()}
    assert listed == set(names), listed ^ set(names)
    metadata = archive.read(record.replace("RECORD", "METADATA")).decode()
    wants = [line.split(": ", 1)[1] for line in metadata.splitlines() if line.startswith("Requires-Dist: ")]
    assert wants == ["torch==2.11.*"], wants
    try:
        from pip._vendor.packaging.requirements import Requirement
        assert Requirement(wants[0]).specifier.contains("2.11.5")
    except ImportError:
        print("what is required was not parsed: this Python has no pip")
    for entry in archive.infolist():
        path = archive.extract(entry, site)
        os.chmod(path, entry.external_attr >> 16)
PYTHON
ln -s "$torch" "$work/site/torch"
[[ ! -d ${torch%/torch}/nvidia ]] || ln -s "${torch%/torch}/nvidia" "$work/site/nvidia"

train() {  # train NAME PROGRAM...: to a few percent of errors in an empty folder
  local name=$1; shift
  mkdir -p "$work/$name" && cd "$work/$name"
  "$@" --plugin vat --iterations "${iterations:-40}" --quiet --json >out 2>err || { cat err; fail "$name ended with $?"; }
  python3 -c 'import json, sys; sys.exit(json.load(open("out"))["test_error"] > 0.2)' || fail "$name: $(cat out)"
}
bare=(env -i PATH=/usr/bin:/bin HOME=/proc/1)
train wheel "${bare[@]}" PYTHONPATH="$work/site" python3 -m sslhost
mv "$work/site" "$work/moved"
train moved "${bare[@]}" "$work/moved/sslhost/bin/sslhost"

# A plugin is built against what the wheel holds, without LIBTORCH: it lies beside.
cp -r "$source_dir/tests/install/corners" "$work/corners"
env -u LIBTORCH SSLHOST_CACHE="$work/none" cmake -S "$work/corners" -B "$work/corners/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_PREFIX_PATH="$work/moved/sslhost" >"$work/log" 2>&1 || { cat "$work/log"; fail "configure against the wheel"; }
grep -q "LibTorch 2.11.* $work/moved/torch" "$work/log" || { cat "$work/log"; fail "another LibTorch"; }
ninja -C "$work/corners/build" >"$work/log" || { cat "$work/log"; fail "build against the wheel"; }
chmod -R go-w "$work/corners"
iterations=300 train corners "${bare[@]}" "$work/moved/sslhost/bin/sslhost" --plugin-dir "$(dirname "$(find "$work/corners/build" -name corners.so)")" \
  --dataset corners --model mlp-64 --labels 40 --recipe none --batch 20 --unlabeled-batch 40 --noise 0.1

mkdir "$work/anywhere" && tar -xzf "$work"/dist/*.tar.gz -C "$work/anywhere"
unpacked=$(echo "$work"/anywhere/*)
train unpacked "${bare[@]}" LIBTORCH="$torch" "$unpacked/bin/sslhost"
"${bare[@]}" LIBTORCH="$torch" "$unpacked/bin/sslhost" doctor >"$work/doctor" || { cat "$work/doctor"; fail "doctor"; }
grep -q "^ok *LibTorch .*(LIBTORCH)" "$work/doctor" || { cat "$work/doctor"; fail "doctor on LibTorch"; }

# LibTorch for CPUs alone will do: what needs CUDA is a library that machines with a card load. This one is the other build without
# those libraries; of CUDA its libtorch_cpu still asks for the runtime, which the real one does not.
mkdir -p "$work/small/torch/lib"
cp "$torch/version.py" "$work/small/torch/"
for library in "$torch"/lib/*.so*; do
  [[ $library == *cuda* || $library == *nv* || $library == */libtorch.so ]] || ln -s "$library" "$work/small/torch/lib/"
done
[[ ! -d ${torch%/torch}/nvidia ]] || ln -s "${torch%/torch}/nvidia" "$work/small/nvidia"
train small "${bare[@]}" LIBTORCH="$work/small/torch" "$unpacked/bin/sslhost"
mkdir "$work/driver"  # of no card
echo 'int cuInit(unsigned flags) { return flags ? 1 : 100; }' | gcc -shared -fPIC -x c - -o "$work/driver/libcuda.so.1"
code=0
"${bare[@]}" LIBTORCH="$work/small/torch" LD_LIBRARY_PATH="$work/driver" "$unpacked/bin/sslhost" --plugin vat --device cuda --out "$work/none" 2>"$work/err" ||
  code=$?
[[ $code == 7 ]] && grep -q "this LibTorch has no CUDA, or not all of it: libtorch_cuda.so" "$work/err" ||
  { cat "$work/err"; fail "exit code $code where LibTorch lacks CUDA and the machine has a driver"; }
for file in "$unpacked"/bin/* "$unpacked"/lib/*.so* "$unpacked"/lib/sslhost/plugins/*.so; do
  [[ $file == */libsslhost_cuda.so* ]] || ! readelf -d "$file" 2>/dev/null | grep NEEDED | grep -E "cud|libtorch\.so" ||
    fail "$file would not load without CUDA"
done
[[ -e $(echo "$unpacked"/lib/libsslhost_cuda.so.*) ]] || fail "the library of what needs CUDA is missing"

# Without any LibTorch it is said, once and by name.
code=0
"${bare[@]}" PATH=/nonexistent "$unpacked/bin/sslhost" --plugin vat 2>"$work/err" || code=$?
[[ $code == 4 ]] && grep -q "LibTorch" "$work/err" || { cat "$work/err"; fail "exit code $code without LibTorch"; }

dpkg-deb --contents "$work"/dist/*.deb | grep "usr/bin/sslhost -> ../lib/sslhost/bin/sslhost" >/dev/null || fail "no link in the .deb"
echo "wheel of $(stat -c %s "$wheel") bytes"
