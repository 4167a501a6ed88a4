#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/tutorial/first-method.md, done: a folder of new-plugin, the method of that page in it, built with its checks and trained.
source "${BASH_SOURCE[0]%/*}/../support/walk.sh"
install_sslhost "$work/sslhost"

sslhost new-plugin sure-labels >/dev/null
cd sure-labels
cp "$source_dir/tests/docs/first_method/sure-labels.cpp" .
sed -i 's/SureLabels::Options{}/SureLabels::Options{.training = {}, .threshold = 0.2}/' sure-labels_test.cpp
sed -i 's/weight = 0.3/weight = 1/' recipes/digits.toml
quietly configure cmake -B build -G Ninja -DCMAKE_PREFIX_PATH="$work/sslhost" -DCMAKE_BUILD_TYPE=Release
quietly build cmake --build build
ctest --test-dir build --output-on-failure -R loss || fail "the test of its loss"
sslhost --plugin-dir build/plugins --plugin sure-labels --threads 1 --quiet --json --out "$work/run" >"$work/result"
expect_result "$work/result" sure-labels 1500 0.1  # 8.6 % here; the labels alone give 17
