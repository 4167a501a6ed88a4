# SPDX-License-Identifier: Apache-2.0
# Configuring and building build/release. Sourced by scripts/run and scripts/test.
build=$root/build/release

# build_release [NINJA-TARGET...]: says nothing when there is nothing to do; all output goes to stderr.
build_release() {
  cd "$root"
  mkdir -p "$build"
  exec 8>"$build/.lock"  # ninja has none of its own
  flock -n 8 || { say "another build is at work; waiting for it"; flock 8; }
  # A LibTorch or nvcc in another place needs a fresh configuration: CMake cannot exchange a compiler.
  if [[ ! -f $build/build.ninja || $(<"$chosen") != "$(cat "$build/.dependencies" 2>/dev/null)" ]]; then
    say "configuring $build"
    cmake --fresh --preset release >"$build/.configure.log" 2>&1 || { cat "$build/.configure.log" >&2; exit 1; }
    cp "$chosen" "$build/.dependencies"
  fi
  if [[ $(ninja -C "$build" -n "$@") != *"ninja: no work to do."* ]]; then
    say "building (the first time takes minutes, most of them LibTorch's headers)"
    NINJA_STATUS="[%f/%t %es] " ninja -C "$build" -j "$(build_jobs)" "$@" >&2 || die 1 "the build failed"
  fi
  exec 8>&-
}
