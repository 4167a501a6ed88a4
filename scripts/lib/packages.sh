# SPDX-License-Identifier: Apache-2.0
# Debian packages: which are needed, which are missing, and how they get here. Sourced by scripts/setup.
packages=(
  g++ cmake ninja-build ccache
  libboost-dev libboost-program-options-dev libspdlog-dev libfmt-dev libtomlplusplus-dev nlohmann-json3-dev
  libelf-dev libprotozero-dev zlib1g-dev libminizip-dev nettle-dev libcurl4-openssl-dev libmicrohttpd-dev libpng-dev libarchive-dev
  libjpeg62-turbo-dev libwebp-dev libgif-dev libexpat1-dev
  libgtest-dev libgmock-dev libbenchmark-dev
  binutils patchelf abigail-tools
)

# Installs those that are missing; without the right to, says what to run and ends with 2.
require_packages() {
  local installed name missing=()
  if ! type -P dpkg-query >/dev/null; then
    say "not a Debian system: it must have what Debian calls: $*"
    return
  fi
  installed=$'\n'$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)$'\n'
  for name; do
    [[ $installed == *$'\n'"installed $name"$'\n'* ]] || missing+=("$name")
  done
  [[ ${#missing[@]} == 0 ]] && return

  local as_root=()
  if [[ $(id -u) != 0 ]]; then
    if ! sudo -n true 2>/dev/null; then
      say "${#missing[@]} Debian packages are missing. Run this line, then the same command again:"
      echo "sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
      exit 2
    fi
    as_root=(sudo -n)
  fi
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -qq &&
         "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
           apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
    tail -n 15 "$log" >&2
    die 2 "the Debian packages could not be installed (whole log: $log)"
  fi
  rm -f "$log"
}
