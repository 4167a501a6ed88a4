#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/tutorial/first-method.md, done: a folder of new-plugin, the method of that page in it, built with its checks and trained.
set -euo pipefail
source_dir=$1 binary_dir=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 700 "$work"
export XDG_CACHE_HOME=$work/cache XDG_DATA_HOME=$work/data
fail() { echo "FAILED: $*" >&2; exit 1; }

cmake --install "$binary_dir" --prefix "$work/sslhost" >"$work/log" || { cat "$work/log"; fail "install"; }
PATH=$work/sslhost/bin:$PATH
cd "$work"
sslhost new-plugin sure-labels >/dev/null
cd sure-labels
cp "$source_dir/tests/docs/first_method/sure-labels.cpp" .
sed -i 's/SureLabels::Options{}/SureLabels::Options{.training = {}, .threshold = 0.2}/' sure-labels_test.cpp
sed -i 's/weight = 0.3/weight = 1/' recipes/digits.toml
cmake -B build -G Ninja -DCMAKE_PREFIX_PATH="$work/sslhost" -DCMAKE_BUILD_TYPE=Release >"$work/log" || { cat "$work/log"; fail "configure"; }
cmake --build build >"$work/log" || { cat "$work/log"; fail "build"; }
ctest --test-dir build --output-on-failure -R loss || fail "the test of its loss"
sslhost --plugin-dir build/plugins --plugin sure-labels --threads 1 --quiet --json --out "$work/run" >"$work/result"
python3 - "$work/result" <<'PYTHON' || fail "the result"
import json, sys
result = json.loads(open(sys.argv[1]).read().splitlines()[-1])
print(result)
assert result["method"] == "sure-labels" and result["iterations"] == 1500, result
assert 0 < result["test_error"] < 0.1, result  # 6.5 % here; the labels alone give 17
PYTHON
