#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/how-to/write-a-method.md, done: installs sslhost, builds a method outside its tree, and trains it.
set -euo pipefail
source_dir=$1 binary_dir=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 700 "$work"
export XDG_CACHE_HOME=$work/cache XDG_DATA_HOME=$work/data
fail() { echo "FAILED: $*" >&2; exit 1; }

cmake --install "$binary_dir" --prefix "$work/sslhost" >"$work/install.log" || { cat "$work/install.log"; fail "install"; }
PATH=$work/sslhost/bin:$PATH
cp -r "$source_dir/tests/docs/own_method" "$work/entropy"
cd "$work/entropy"
cmake -B build -G Ninja -DCMAKE_PREFIX_PATH="$work/sslhost" -DCMAKE_BUILD_TYPE=Release >"$work/log" ||
  { cat "$work/log"; fail "configure"; }
ninja -C build >"$work/log" || { cat "$work/log"; fail "build"; }

sslhost plugins --plugin-dir build/plugins | grep -E "^method +entropy +0.2.0 +ready" || fail "not listed as ready"
sslhost --plugin-dir build/plugins --plugin entropy --help | grep -A 1 -e "--weight NUMBER" || fail "no option in the help"
code=0
sslhost --plugin-dir build/plugins --plugin entropy --wieght 1 2>"$work/error" || code=$?
[[ $code == 2 ]] && grep -q "did you mean weight" "$work/error" || { cat "$work/error"; fail "a mistyped option: code $code"; }

sslhost --plugin-dir build/plugins --recipe entropy/digits --iterations 300 --threads 1 --quiet --json --out "$work/run" >"$work/result"
python3 - "$work/result" <<'PYTHON' || fail "the result"
import json, sys
result = json.loads(open(sys.argv[1]).read().splitlines()[-1])
print(result)
assert result["method"] == "entropy" and result["labels"] == 50 and result["iterations"] == 300, result
assert 0 < result["test_error"] < 0.3, result  # guessing gives 0.9
PYTHON

cmake --install build --prefix "$work/sslhost" >/dev/null
sslhost plugins | grep -E "^method +entropy +0.2.0 +ready +$work/sslhost/lib/sslhost/plugins/entropy.so" ||
  fail "not found where it was installed"
mkdir -p "$XDG_DATA_HOME/sslhost/plugins"
cp -r build/plugins/. "$XDG_DATA_HOME/sslhost/plugins/"
sslhost plugins | grep -E "^method +entropy +0.2.0 +ready +$XDG_DATA_HOME/sslhost/plugins/entropy.so" || fail "not found in the user's folder"
