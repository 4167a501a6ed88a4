#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/how-to/cuda-kernel.md, done as far as it goes without a GPU: nvcc compiles the kernel, its body is compared with LibTorch's
# operators, and the method trains.
source "${BASH_SOURCE[0]%/*}/../support/walk.sh"
install_sslhost "$work/sslhost"
nvcc=$3

cp -r "$source_dir/tests/docs/cuda_method" "$work/confident"
cd "$work/confident"
CUDACXX=$nvcc quietly configure cmake -B build -G Ninja -DCMAKE_PREFIX_PATH="$work/sslhost" -DCMAKE_BUILD_TYPE=Release
quietly build cmake --build build
ctest --test-dir build --output-on-failure || fail "the body"
readelf -S --wide build/plugins/confident.so | grep nv_fatbin >/dev/null || fail "no machine code for GPUs inside"
sslhost --plugin-dir build/plugins --plugin confident --threads 1 --quiet --json --out "$work/run" >"$work/result"
expect_result "$work/result" confident 1500 0.1  # 6.5 % here; the labels alone give 17
