# SPDX-License-Identifier: Apache-2.0
# Configuring and building build/release. Sourced by scripts/run and scripts/test. A script may set `build` to the folder of
# another preset.
build=$root/build/release

# forecast TEXT JOBS: how much work the text of a dry run is, and about how long it takes. A compilation takes some two
# seconds of one core (measured on a cold cache, AMD EPYC of 2023), a precompiled header twenty.
forecast() {
  local files headers seconds
  files=$(grep -c ' Building ' <<<"$1" || true)
  headers=$(grep -c 'cmake_pch' <<<"$1" || true)
  seconds=$(((2 * files + 18 * headers) / $2))
  if ((seconds < 50)); then echo "$files files on $2 cores, less than a minute"
  else echo "$files files on $2 cores, about $(((seconds + 59) / 60)) minutes"; fi
}

# build_release [NINJA-TARGET...]: says nothing when there is nothing to do; all output goes to stderr.
build_release() {
  cd "$root"
  mkdir -p "$build"
  exec 8>"$build/.lock"  # ninja has none of its own
  flock -n 8 || { say "another build is at work; waiting for it"; flock 8; }
  # A LibTorch or nvcc in another place needs a fresh configuration: CMake cannot exchange a compiler.
  if [[ ! -f $build/build.ninja || $(<"$chosen") != "$(cat "$build/.dependencies" 2>/dev/null)" ]]; then
    say "configuring $build"
    cmake --fresh --preset "${build##*/}" >"$build/.configure.log" 2>&1 || { cat "$build/.configure.log" >&2; exit 1; }
    cp "$chosen" "$build/.dependencies"
  fi
  local todo jobs
  todo=$(ninja -C "$build" -n "$@")
  if [[ $todo != *"ninja: no work to do."* ]]; then
    jobs=$(build_jobs)
    say "building, $(forecast "$todo" "$jobs"); once, later calls compile what changed"
    NINJA_STATUS="[%f/%t, %e s] " ninja -C "$build" -j "$jobs" "$@" >&2 || die 1 "the build failed"
  fi
  exec 8>&-
}
