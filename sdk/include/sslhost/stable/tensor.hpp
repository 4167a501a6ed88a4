// SPDX-License-Identifier: Apache-2.0
#pragma once

// LibTorch's stable tensor, with the operators that losses are written with. Each is one call of
// LibTorch's dispatcher, recorded for gradients as ever. Others: call("aten::relu", "", x).

#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <torch/csrc/stable/ops.h>
#include <torch/csrc/stable/stableivalue_conversions.h>
#include <torch/csrc/stable/tensor.h>

#include "sslhost/stable/interface.hpp"

namespace sslhost::stable {

using torch::stable::Tensor;

/// While it lives nothing is recorded for gradients.
class NoGradient {
 public:
  NoGradient() : was_(aoti_torch_grad_mode_is_enabled()) {
    aoti_torch_grad_mode_set_enabled(false);
  }
  NoGradient(const NoGradient&) = delete;
  NoGradient& operator=(const NoGradient&) = delete;
  ~NoGradient() { aoti_torch_grad_mode_set_enabled(was_); }

 private:
  bool was_;
};

namespace detail {

inline Tensor owned(TensorHandle handle) {
  return Tensor(reinterpret_cast<AtenTensorHandle>(handle));
}
inline TensorHandle handle_of(const Tensor& tensor) {
  return reinterpret_cast<TensorHandle>(tensor.get());
}

template <size_t Results = 1, class... Arguments>
std::array<StableIValue, (sizeof...(Arguments) > Results ? sizeof...(Arguments) : Results)>
dispatch(const char* name, const char* overload, const Arguments&... arguments) {
  std::array<StableIValue, (sizeof...(Arguments) > Results ? sizeof...(Arguments) : Results)> stack{
      torch::stable::detail::from(arguments)...};
  if (torch_call_dispatcher(name, overload, stack.data(), TORCH_ABI_VERSION) != AOTI_TORCH_SUCCESS)
    throw std::runtime_error(std::string(name) + " failed");
  return stack;
}

/// A number as a tensor on the CPU, which operators take beside tensors on any device.
inline Tensor number(double value) {
  using torch::headeronly::DeviceType;
  using torch::headeronly::ScalarType;
  return torch::stable::full({}, value, ScalarType::Float, std::nullopt,
                             torch::stable::Device(DeviceType::CPU));
}

inline bool is_float(const Tensor& x) {
  using torch::headeronly::ScalarType;
  const auto type = x.scalar_type();
  return type == ScalarType::Float || type == ScalarType::Double || type == ScalarType::Half ||
         type == ScalarType::BFloat16;
}

inline void require_a_float(const char* sign, const Tensor& a, const Tensor& b) {
  if (!is_float(a) && !is_float(b))
    throw std::runtime_error(std::string(sign) +
                             " of two tensors of integers: make one of them float first "
                             "(torch::stable::to)");
}

}  // namespace detail

/// An operator of LibTorch's that gives one tensor, by its name and overload in the dispatcher.
/// Throws std::runtime_error; LibTorch prints what was wrong.
template <class... Arguments>
Tensor call(const char* name, const char* overload, const Arguments&... arguments) {
  return torch::stable::detail::to<Tensor>(detail::dispatch(name, overload, arguments...)[0]);
}

/// Element by element, as all below; shapes are broadcast. Not of integers, as LibTorch's stable
/// interface has no such sum: throws std::runtime_error.
inline Tensor operator+(const Tensor& a, const Tensor& b) {
  detail::require_a_float("+", a, b);
  return torch::stable::subtract(a, b, -1.0);
}
/// a − b
inline Tensor operator-(const Tensor& a, const Tensor& b) {
  detail::require_a_float("-", a, b);
  return torch::stable::subtract(a, b);
}
/// a · b
inline Tensor operator*(const Tensor& a, const Tensor& b) {
  return call("aten::mul", "Tensor", a, b);
}
/// a / b
inline Tensor operator/(const Tensor& a, const Tensor& b) {
  return call("aten::div", "Tensor", a, b);
}
/// a · b
inline Tensor operator*(const Tensor& a, double b) { return a * detail::number(b); }
/// a · b
inline Tensor operator*(double a, const Tensor& b) { return b * detail::number(a); }
/// a / b
inline Tensor operator/(const Tensor& a, double b) { return a / detail::number(b); }
/// a + b
inline Tensor operator+(const Tensor& a, double b) { return a + detail::number(b); }
/// a − b
inline Tensor operator-(const Tensor& a, double b) { return a - detail::number(b); }

/// The same numbers, constant for gradients.
inline Tensor detach(const Tensor& x) { return call("aten::detach", "", x); }
/// Of each row of x [N,K].
inline Tensor softmax(const Tensor& x) {
  return call("aten::softmax", "int", x, int64_t{1},
              std::optional<torch::headeronly::ScalarType>());
}
/// Of each row of x [N,K].
inline Tensor log_softmax(const Tensor& x) {
  return call("aten::log_softmax", "int", x, int64_t{1},
              std::optional<torch::headeronly::ScalarType>());
}
/// Of all elements: [].
inline Tensor mean(const Tensor& x) {
  return call("aten::mean", "", x, std::optional<torch::headeronly::ScalarType>());
}
/// Of all elements: [].
inline Tensor sum(const Tensor& x) {
  return call("aten::sum", "", x, std::optional<torch::headeronly::ScalarType>());
}

/// The largest elements and their places.
struct Largest {
  Tensor values;   ///< [N]
  Tensor indices;  ///< [N] int64
};
/// Of each row of x [N,K].
inline Largest largest(const Tensor& x) {
  auto stack = detail::dispatch<2>("aten::max", "dim", x, int64_t{1}, false);
  return {torch::stable::detail::to<Tensor>(stack[0]), torch::stable::detail::to<Tensor>(stack[1])};
}

/// 1 where x >= bound, else 0, of x's type.
inline Tensor at_least(const Tensor& x, double bound) {
  return torch::stable::to(call("aten::ge", "Tensor", x, detail::number(bound)), x.scalar_type());
}

}  // namespace sslhost::stable
