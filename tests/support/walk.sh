# SPDX-License-Identifier: Apache-2.0
# Sourced by the tests that use sslhost as installed, with the source and the build folder as arguments: a folder "$work" that is
# removed at the end, and no caches of others.
set -euo pipefail
source_dir=$1 binary_dir=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 700 "$work"
export XDG_CACHE_HOME=$work/cache XDG_DATA_HOME=$work/data
fail() { echo "FAILED: $*" >&2; exit 1; }

# Runs a command whose output is worth showing only where it fails.
quietly() {
  local what=$1
  shift
  "$@" >"$work/log" 2>&1 || { cat "$work/log"; fail "$what"; }
}

# Of a result printed by --json: the method, so many iterations, a test error below a bound.
expect_result() {
  python3 - "$@" <<'PYTHON' || fail "the result"
import json, sys
result = json.loads(open(sys.argv[1]).read().splitlines()[-1])
print(result)
assert result["method"] == sys.argv[2] and result["iterations"] == int(sys.argv[3]), result
assert result["labels"] == 50 and 0 < result["test_error"] < float(sys.argv[4]), result
PYTHON
}

# Into a folder, whose programs come first in PATH.
install_sslhost() {
  quietly install cmake --install "$binary_dir" --prefix "$1"
  PATH=$1/bin:$PATH
}

cd "$work"
