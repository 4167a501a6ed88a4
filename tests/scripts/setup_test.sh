#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# scripts/setup in a made-up machine: commands in front of PATH stand for packages, Python, pip and nvcc.
set -euo pipefail
root=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
world=$(mktemp -d)
trap 'rm -rf "$world"' EXIT
unset LIBTORCH CUDA_HOME SSLHOST_CACHE SSLHOST_NO_PACKAGES XDG_CACHE_HOME
export HOME=$world/home WORLD=$world PATH=$world/bin:$PATH
version=$(sed -n "s/^set(SSLHOST_TORCH_VERSION \(.*\))$/\1/p" "$root/sdk/cmake/SslhostDependencies.cmake")
cache=$HOME/.cache/sslhost/torch-$version
mkdir -p "$HOME" "$world/bin"
passed=0

fail() { echo "FAILED: $*" >&2; [[ ! -f $world/log ]] || cat "$world/log" >&2; exit 1; }
expect() { local what=$1; shift; "$@" || fail "$what"; passed=$((passed + 1)); }
setup() { "$root/scripts/setup" "$@" >"$world/log" 2>&1; }
says() { grep -qF -- "$1" "$world/log"; }
command_is() { printf '#!/bin/bash\n%s\n' "$2" >"$world/bin/$1"; chmod +x "$world/bin/$1"; }
fetches() { grep -c . "$world/pip.calls" 2>/dev/null || true; }
snapshot() { find "$cache" -type f -printf '%p %s %T@\n' | sort; }

# Python: makes an environment, whose pip lays out what the wheels would; $WORLD/pip.fails breaks it half-way.
command_is python3 '
[[ $1 == -c ]] && { [[ $2 == *ensurepip* ]]; exit; }
[[ $1 == -m && $2 == venv ]] || exit 1
site=$3/lib/python3.11/site-packages
mkdir -p "$3/bin" "$site"
cat >"$3/bin/python" <<EOF
#!/bin/bash
echo "\$@" >>"$WORLD/pip.calls"
[[ ! -e $WORLD/pip.slow ]] || sleep 0.5
touch "$site/half"
[[ ! -e $WORLD/pip.fails ]] || { echo "connection lost" >&2; exit 1; }
if [[ "\$*" == *requirements-torch.txt ]]; then
  mkdir -p "$site/torch/lib" "$site/torch/include/torch/headeronly"
  touch "$site/torch/lib/libtorch_cuda.so" "$site/torch/lib/libtorch_cpu.so"
  touch "$site/torch/include/torch/headeronly/version.h"
  echo "__version__ = 2.11.0+cu130" >"$site/torch/version.py"
else
  mkdir -p "$site/nvidia/cu13/bin" "$site/nvidia/cu13/include" "$site/nvidia/cu13/lib"
  cp "$WORLD/nvcc" "$site/nvidia/cu13/bin/nvcc"
  touch "$site/nvidia/cu13/include/cuda_runtime.h" "$site/nvidia/cu13/lib/libcudart.so.13"
fi
EOF
chmod +x "$3/bin/python"'
printf '#!/bin/bash\necho "release 13.0, V13.0.88"\n' >"$world/nvcc"
chmod +x "$world/nvcc"
# A toolkit on the real machine must not be found: realpath leads it to one of another version.
mkdir -p "$world/other/bin"
printf '#!/bin/bash\necho "release 11.8"\n' >"$world/other/bin/nvcc"
chmod +x "$world/other/bin/nvcc"
# shellcheck disable=SC2016
command_is realpath '[[ $1 == "$WORLD"/* ]] && exec /usr/bin/realpath "$@"; echo "$WORLD/other/bin/nvcc"'

# Packages are missing, and there is no right to install them: the exact line, exit 2, nothing touched.
command_is dpkg-query 'for p; do [[ $p == -* || $p == g++ || $p == libfmt-dev ]] || echo "installed $p"; done'
command_is id 'echo 1000'
command_is sudo 'exit 1'
status=0; setup || status=$?
expect "exit code 2 without rights, not $status" test "$status" = 2
line='sudo apt-get update && sudo apt-get install -y --no-install-recommends g++ libfmt-dev'
expect "the exact line to run" grep -qxF "$line" "$world/log"
expect "nothing made" test ! -e "$cache"

# With password-less sudo it installs just those.
command_is sudo '[[ $1 == -n ]] && shift; exec "$@"'
command_is apt-get 'echo "$@" >>"$WORLD/apt.calls"'
command_is dpkg-query 'for p; do [[ $p == -* || $p == g++ ]] || echo "installed $p"; done'
touch "$world/pip.fails"
status=0; setup || status=$?
expect "installs what is missing" grep -qxF "install -y -qq --no-install-recommends g++" "$world/apt.calls"

# That fetch broke half-way: no success, and the cause is shown. The next call starts afresh and mends it.
command_is dpkg-query 'for p; do [[ $p == -* ]] || echo "installed $p"; done'
expect "a broken fetch is an error" test "$status" = 2
expect "and says why" says "connection lost"
expect "no stamp" test ! -e "$cache/stamp"
rm "$world/pip.fails"; touch "$cache/torch/lib/python3.11/site-packages/leftover"
expect "mends itself" setup
expect "nothing is left of the broken one" test ! -e "$cache/torch/lib/python3.11/site-packages/leftover"
expect "CMake is told" grep -qF "set(SSLHOST_CUDA_ROOT \"$cache/nvcc/" "$cache/dependencies.cmake"
expect "nvcc finds its libraries" test -e "$cache/nvcc/lib/python3.11/site-packages/nvidia/cu13/lib64/libcudart.so"

# A second call changes nothing, in under a second.
before=$(snapshot); calls=$(fetches); start=${EPOCHREALTIME/./}
expect "second call" setup
took=$(((${EPOCHREALTIME/./} - start) / 1000))
expect "second call in under 1 s, not $took ms" test "$took" -lt 1000
expect "second call changes no file" test "$before" = "$(snapshot)"
expect "second call is silent" test ! -s "$world/log"

# A stamp that is cut short, gone or empty is mended from what is there, without fetching.
for damage in 'truncate -s 40' 'rm' 'truncate -s 0'; do
  $damage "$cache/stamp"
  expect "mends after $damage" setup
  expect "stamp whole after $damage" grep -qx end "$cache/stamp"
done
expect "nothing fetched again" test "$calls" = "$(fetches)"

# A file that has gone is fetched again; so is everything when a wanted version changes.
rm "$cache/torch/lib/python3.11/site-packages/torch/lib/libtorch_cuda.so"
expect "mends a lost library" setup
expect "by one fetch" test "$((calls + 1))" = "$(fetches)"

# Two at once fetch once.
rm -rf "$cache" "$world/pip.calls"; touch "$world/pip.slow"
"$root/scripts/setup" 2>"$world/log2" & first=$!
expect "second of two" setup
expect "first of two" wait "$first"
expect "LibTorch and nvcc fetched once each" test "$(fetches)" = 2

# A LibTorch that fits is used; one that does not is named and left alone.
mkdir -p "$world/mine"
cp -r "$cache"/torch/lib/python3.11/site-packages/torch/{lib,include} "$world/mine/"
echo "2.11.1+cu130" >"$world/mine/build-version"
LIBTORCH=$world/mine expect "with LIBTORCH" setup
expect "LIBTORCH is used" grep -qF "set(SSLHOST_SETUP_TORCH \"$world/mine\")" "$cache/dependencies.cmake"
echo "2.10.0+cu130" >"$world/mine/build-version"; rm "$cache/stamp"
LIBTORCH=$world/mine expect "with an old LIBTORCH" setup
expect "an old LIBTORCH is named" says "LIBTORCH=$world/mine is not LibTorch 2.11.x"
expect "and not used" grep -qF "set(SSLHOST_SETUP_TORCH \"$cache/torch/" "$cache/dependencies.cmake"

echo "$passed passed, 0 failed"
