#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# scripts/gpu/check works before there is a card: it is made here on the CPU and on the pretend device, with few iterations.
#   gpu_check_test.sh SOURCE BUILD
set -euo pipefail
source_dir=$1 build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "gpu_check_test: $*" >&2; exit 1; }

torch=$(sed -n 's/^set(SSLHOST_TORCH_USED "\(.*\)")$/\1/p' "$build/package/SslhostTorchUsed.cmake")
check() { LIBTORCH=$torch python3 -B "$source_dir/scripts/gpu/check" --build "$build" --short --out "$work/gpu.json" "$@"; }

check --device cpu --only environment training methods failures >"$work/log" || { cat "$work/log"; fail "on the CPU"; }
check --device pretend --only replay >>"$work/log" || { cat "$work/log"; fail "on the pretend device"; }
python3 - "$work/gpu.json" <<'PY'
import json, sys
found = json.load(open(sys.argv[1]))
assert found["device"] == "pretend" and list(found["checks"]) == ["replay"], found
assert found["checks"]["replay"]["methods"]["vat"]["equal"], found
PY
# A check that fails is said, with its reason, and ends nothing else.
if check --device cuda:98 --only environment training >"$work/log"; then fail "a device that is not there was found"; fi
grep -q '2 checks, 1 failed: training' "$work/log" || { cat "$work/log"; fail "no verdict"; }
grep -q 'cuda:98' "$work/gpu.json" || fail "no reason"
if check --only nonsense 2>"$work/log"; then fail "an unknown check was taken"; fi
grep -q "no check nonsense" "$work/log" || fail "the unknown check is not named"
