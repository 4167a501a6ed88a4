# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts: places, versions, messages. Sourced, never run.
# Nothing here starts a process: the scripts' second call has to be quick.
root=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)

say() { printf 'sslhost: %s\n' "$*" >&2; }
die() { local code=$1; shift; say "$*"; exit "$code"; }

# The versions stand in one place, which CMake reads too.
dependencies=$(<"$root/sdk/cmake/SslhostDependencies.cmake")
[[ $dependencies =~ SSLHOST_TORCH_VERSION\ ([0-9.]+) ]] || die 70 "no LibTorch version in sdk/cmake"
torch_version=${BASH_REMATCH[1]}
[[ $dependencies =~ SSLHOST_CUDA_VERSION\ ([0-9]+\.[0-9]+) ]] || die 70 "no CUDA version in sdk/cmake"
cuda_version=${BASH_REMATCH[1]}

# As in SslhostDependencies.cmake. Outside the source tree: a fresh clone installs nothing again.
cache=${SSLHOST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sslhost}/torch-$torch_version
chosen=$cache/dependencies.cmake

# Jobs that fit: a file that includes torch/torch.h takes 1.3 GB to compile.
build_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable/ {print int($2 / 1500000)}' /proc/meminfo)
  echo $((memory < 1 ? 1 : memory < cores ? memory : cores))
}
