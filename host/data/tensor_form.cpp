// SPDX-License-Identifier: Apache-2.0
#include "host/data/tensor_form.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <ATen/ops/isfinite.h>

#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

template <class T>
std::string text_of(const T& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

std::string name_of(at::ScalarType type) {
  return type == at::kByte ? "uint8" : type == at::kFloat ? "float32" : "int64";
}

bool has_sizes(const Tensor& tensor, IntArrayRef wanted) {
  return std::ranges::equal(tensor.sizes(), wanted, [](int64_t size, int64_t want) {
    return want == kAnySize || (want == kSomeSize ? size > 0 : size == want);
  });
}

std::string layout_of(const Tensor& tensor) {
  if (tensor.layout() != at::kStrided) return "sparse";
  return "strides " + text_of(tensor.strides()) + " of " + text_of(tensor.sizes());
}

}  // namespace

std::optional<WrongForm> wrong_form(const Tensor& tensor, const std::vector<at::ScalarType>& types,
                                    IntArrayRef sizes, const std::string& shape) {
  std::vector<std::string> expected, found, next;
  const auto add = [&](const std::string& aspect, const std::string& wanted, const std::string& is,
                       std::string mend) {
    expected.push_back(aspect + " " + wanted);
    found.push_back(aspect + " " + is);
    next.push_back(std::move(mend));
  };
  const auto type = tensor.scalar_type();
  if (std::ranges::find(types, type) == types.end()) {
    std::vector<std::string> names;
    for (const auto one : types) names.push_back(name_of(one));
    add("type", joined(names, " or "), text_of(type),
        "convert it: `.to(at::k" + text_of(types.back()) + ")`");
  }
  if (!has_sizes(tensor, sizes))
    add("shape", shape, text_of(tensor.sizes()), "give it that shape: `.reshape(...)`");
  const bool strided = tensor.layout() == at::kStrided;
  if (!strided || !tensor.is_contiguous())
    add("layout", "contiguous", layout_of(tensor),
        strided ? "copy it: `.contiguous()`" : "make it dense: `.to_dense()`");
  if (!tensor.is_cpu()) add("device", "cpu", tensor.device().str(), "copy it: `.cpu()`");
  if (expected.empty()) return std::nullopt;
  return WrongForm{joined(expected, ", "), joined(found, ", "), joined(next, ", ")};
}

std::optional<NotFinite> first_not_finite(const Tensor& data) {
  constexpr int64_t kPiece = 1 << 20;
  const auto values = data.view(-1);
  for (int64_t first = 0; first < values.numel(); first += kPiece) {
    const auto piece = values.narrow(0, first, std::min(kPiece, values.numel() - first));
    const auto finite = at::isfinite(piece);
    if (finite.all().item<bool>()) continue;
    const auto position = first + finite.to(at::kByte).argmin().item<int64_t>();
    const auto row = position / data.size(3), plane = row / data.size(2);
    return NotFinite{plane / data.size(1),
                     std::isnan(data.const_data_ptr<float>()[position]) ? "NaN" : "an infinite one",
                     "channel " + std::to_string(plane % data.size(1)) + ", row " +
                         std::to_string(row % data.size(2)) + ", column " +
                         std::to_string(position % data.size(3)) + ", each from 0"};
  }
  return std::nullopt;
}

}  // namespace sslhost::host
