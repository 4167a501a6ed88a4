// SPDX-License-Identifier: Apache-2.0
#pragma once

// What nearly every file that works with tensors includes, compiled once (CMakeLists.txt). Never
// included by name: a file includes what it uses.

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
