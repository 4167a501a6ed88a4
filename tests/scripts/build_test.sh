#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How much there is to build, as scripts/run says it: build_test.sh SOURCE-DIR BUILD-DIR
set -euo pipefail
source "$1/scripts/lib/common.sh"
source "$1/scripts/lib/build.sh"

expect() { [[ $2 == "$3" ]] || { echo "FAILED: $1: expected '$2', found '$3'" >&2; exit 1; }; }
dry_run() {  # FILES HEADERS
  echo "[0/2] Re-checking"
  for ((i = 0; i < $1; ++i)); do echo "[$i/$1] Building CXX object file$i.cpp.o"; done
  for ((i = 0; i < $2; ++i)); do echo "[$i/$2] Building CXX object cmake_pch.hxx$i.gch"; done
}

expect "nothing" "0 files on 2 cores, less than a minute" "$(forecast "$(dry_run 0 0)" 2)"
expect "few" "5 files on 1 cores, less than a minute" "$(forecast "$(dry_run 5 0)" 1)"
few=$(forecast "$(dry_run 100 1)" 4) many=$(forecast "$(dry_run 900 3)" 1)
[[ $few == "101 files on 4 cores, about "*" minutes" ]] || { echo "FAILED: $few" >&2; exit 1; }
minutes() { sed -n 's/.* \([0-9]*\) minutes$/\1/p' <<<"$1"; }
(($(minutes "$many") > 9 * $(minutes "$few"))) || { echo "FAILED: '$few' and '$many'" >&2; exit 1; }

# `ninja -n` stops at a look for new files (a glob that is repeated at every build): scripts/run would then always find
# something to do, and never say how much.
if grep -n VerifyGlobs "$2/build.ninja" >&2; then
  echo "FAILED: a CMakeLists.txt uses CONFIGURE_DEPENDS" >&2
  exit 1
fi
