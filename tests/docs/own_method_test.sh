#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/how-to/write-a-method.md, done: installs sslhost, builds a method outside its tree, and trains it.
source "${BASH_SOURCE[0]%/*}/../support/walk.sh"
install_sslhost "$work/sslhost"

cp -r "$source_dir/tests/docs/own_method" "$work/entropy"
cd "$work/entropy"
quietly configure cmake -B build -G Ninja -DCMAKE_PREFIX_PATH="$work/sslhost" -DCMAKE_BUILD_TYPE=Release
quietly build ninja -C build

sslhost plugins --plugin-dir build/plugins | grep -E "^method +entropy +0.2.0 +ready" || fail "not listed as ready"
sslhost --plugin-dir build/plugins --plugin entropy --help | grep -A 1 -e "--weight NUMBER" || fail "no option in the help"
code=0
sslhost --plugin-dir build/plugins --plugin entropy --wieght 1 2>"$work/error" || code=$?
[[ $code == 2 ]] && grep -q "did you mean weight" "$work/error" || { cat "$work/error"; fail "a mistyped option: code $code"; }

sslhost --plugin-dir build/plugins --recipe entropy/digits --iterations 300 --threads 1 --quiet --json --out "$work/run" >"$work/result"
expect_result "$work/result" entropy 300 0.3  # guessing gives 0.9

cmake --install build --prefix "$work/sslhost" >/dev/null
sslhost plugins | grep -E "^method +entropy +0.2.0 +ready +$work/sslhost/lib/sslhost/plugins/entropy.so" ||
  fail "not found where it was installed"
mkdir -p "$XDG_DATA_HOME/sslhost/plugins"
cp -r build/plugins/. "$XDG_DATA_HOME/sslhost/plugins/"
sslhost plugins | grep -E "^method +entropy +0.2.0 +ready +$XDG_DATA_HOME/sslhost/plugins/entropy.so" || fail "not found in the user's folder"
