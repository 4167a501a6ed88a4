#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/how-to/stable-tier.md, done: a plugin of the stable tier, built outside the tree with its checks, and trained.
source "${BASH_SOURCE[0]%/*}/../support/walk.sh"
install_sslhost "$work/sslhost"

cp -r "$source_dir/tests/docs/stable_method" "$work/stable-vat"
cp "$source_dir/tests/stable_plugins/stable_vat.cpp" "$work/stable-vat"
cd "$work/stable-vat"
quietly configure cmake -B build -G Ninja -DCMAKE_PREFIX_PATH="$work/sslhost" -DCMAKE_BUILD_TYPE=Release
quietly build cmake --build build
sslhost plugins --plugin-dir build/plugins | grep -E "^method +stable-vat +0.1.0 +ready" || fail "not listed as ready"
sslhost --plugin-dir build/plugins --plugin stable-vat --threads 1 --quiet --json --out "$work/run" >"$work/result"
expect_result "$work/result" stable-vat 1500 0.08  # 3.1 % here, as the bundled VAT with its recipe
