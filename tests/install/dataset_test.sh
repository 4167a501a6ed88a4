#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs sslhost, moves the installation, builds a dataset against it outside the tree, and trains on it.
source "${BASH_SOURCE[0]%/*}/../support/walk.sh"

install_sslhost "$work/first place"
prefix="$work/moved to"
mv "$work/first place" "$prefix"
if found=$(grep -rlF -e "$source_dir/" -e "$work/first place" "$prefix"); then fail "a path of the build is in $found"; fi

# A newer SDK than the installed one is refused by CMake, in words.
cp -r "$source_dir/tests/install/corners" "$work/newer"
sed -i 's/sslhost 0.2/sslhost 0.9/' "$work/newer/CMakeLists.txt"
cmake -S "$work/newer" -B "$work/newer/build" -G Ninja "-DCMAKE_PREFIX_PATH=$prefix" >"$work/log" 2>&1 && fail "SDK 0.9 found"
grep -q 'compatible with requested version "0.9"' "$work/log" || { cat "$work/log"; fail "another message"; }

cmake -S "$source_dir/tests/install/corners" -B "$work/build" -G Ninja "-DCMAKE_PREFIX_PATH=$prefix" \
  -DCMAKE_BUILD_TYPE=Release >"$work/log" 2>&1 || { cat "$work/log"; fail "configure"; }
ninja -C "$work/build" >"$work/log" || { cat "$work/log"; fail "build"; }
cmake --install "$work/build" --prefix "$prefix" >/dev/null

cd "$work"
PATH=$prefix/bin:$PATH
sslhost plugins | grep -E "^dataset +corners +1.0 +ready" || fail "not listed as ready"
error_of() {
  sslhost --plugin supervised --dataset corners --model mlp-64 --labels 40 --iterations 300 --threads 1 --quiet --json \
    --out "$work/run $1" --noise "$1" | sed -n 's/.*"test_error":\([0-9.e-]*\),.*/\1/p'
}
clear=$(error_of 0.1) noisy=$(error_of 0.5)
echo "test error $clear with little noise, $noisy with much"
[[ -n $clear && -n $noisy ]] || fail "no test error"
awk -v clear="$clear" -v noisy="$noisy" 'BEGIN { exit !(clear < 0.02 && noisy > 0.05 && noisy < 0.6) }' || fail "the errors"
sslhost predict "$work/run 0.1" --quiet >"$work/predictions"
grep -qx "[0-9]*,bottom right,bottom right,[01][.0-9]*" "$work/predictions" || fail "names of classes"
