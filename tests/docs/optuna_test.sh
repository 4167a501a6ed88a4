#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/how-to/compare.md, "Optuna": the script of that page drives the built program. SSLHOST_OPTUNA_PYTHON names a Python
# that has Optuna (pip install optuna); without one the test is skipped.
set -euo pipefail
binary_dir=$1
here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
python=${SSLHOST_OPTUNA_PYTHON:-python3}
if ! "$python" -c 'import optuna' 2>/dev/null; then
  echo "skipped: $python has no Optuna; SSLHOST_OPTUNA_PYTHON names one that has (pip install optuna)"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"$python" -B "$here/optuna/search.py" "$binary_dir/bin/sslhost" "$work/trials" 4 | tee "$work/printed"
[[ $(ls -d "$work"/trials/trial-* | wc -l) == 4 ]] || { echo "four runs"; exit 1; }
"$python" - "$work/printed" <<'PYTHON'
import json, sys
best = json.loads(open(sys.argv[1]).read().splitlines()[-1])
assert 0 <= best["validation_error"] < 0.5, best
assert 0.05 <= best["best"]["epsilon"] <= 5, best
PYTHON
