#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/how-to/use-from-cpp.md, done: a program against the installed engine trains and predicts.
set -euo pipefail
source_dir=$1 binary_dir=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 700 "$work"
export XDG_CACHE_HOME=$work/cache XDG_DATA_HOME=$work/data
fail() { echo "FAILED: $*" >&2; exit 1; }

cmake --install "$binary_dir" --prefix "$work/sslhost" >"$work/log" || { cat "$work/log"; fail "install"; }
cmake -S "$source_dir/tests/docs/use_from_cpp" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/sslhost" \
  -DCMAKE_BUILD_TYPE=Release >"$work/log" || { cat "$work/log"; fail "configure"; }
ninja -C "$work/build" >"$work/log" || { cat "$work/log"; fail "build"; }

"$work/build/use_from_cpp" "$work/sslhost/lib/sslhost/plugins" "$work/run" 100 | tee "$work/printed"
[[ $(grep -cE '^[0-9] \([0-9]+ %\)$' "$work/printed") == 3 ]] || fail "three predictions"
grep -qE '^test error ([0-9]|[12][0-9])\.' "$work/printed" || fail "it learnt nothing: guessing is wrong in 90 %"

code=0  # a second run into the same folder is refused, with the exit code of the programs
"$work/build/use_from_cpp" "$work/sslhost/lib/sslhost/plugins" "$work/run" 100 2>"$work/error" || code=$?
[[ $code == 8 ]] || { cat "$work/error"; fail "exit code 8 for a busy folder, found $code"; }
