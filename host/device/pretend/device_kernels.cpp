// SPDX-License-Identifier: Apache-2.0
#include "host/device/pretend/device_kernels.hpp"

#include <array>
#include <optional>
#include <vector>

#include <ATen/Functions.h>

#include "host/device/pretend/copies.hpp"

namespace sslhost::host::pretend {

using at::IntArrayRef;
using at::Tensor;
using MaybeTensor = std::optional<Tensor>;

void OneDevice::see(const Tensor& tensor) {
  if (!tensor.defined()) return;
  on_device_ = on_device_ || tensor.is_privateuseone();
  if (!tensor.is_privateuseone() && tensor.dim() > 0) other_ = tensor;
}

void OneDevice::see(const c10::IValue& value) {
  if (value.isTensor()) see(value.toTensor());
  if (value.isTensorList())
    for (const Tensor& tensor : value.toTensorVector()) see(tensor);
  if (value.isOptionalTensorList())
    for (const MaybeTensor& tensor : value.toOptionalTensorVector())
      if (tensor) see(*tensor);
}

void OneDevice::require() const {
  TORCH_CHECK(!on_device_ || !other_.defined(), name_, ": expected all tensors on pretend:0, ",
              "found one of ", other_.defined() ? other_.sizes() : IntArrayRef(), " on ",
              other_.defined() ? other_.device() : c10::Device(c10::kCPU));
}

namespace {

void note_as(const char* name, std::initializer_list<Tensor> tensors) {
  const std::string text = name;
  OneDevice devices(text);
  for (const auto& tensor : tensors) devices.see(tensor);
  devices.require();
  const std::vector<c10::IValue> arguments(tensors.begin(), tensors.end());
  note_operator(text, arguments);
}

Tensor or_none(const MaybeTensor& tensor) { return tensor ? *tensor : Tensor(); }
MaybeTensor to_cpu(const MaybeTensor& tensor) {
  return tensor && tensor->defined() ? MaybeTensor(tensor->cpu()) : MaybeTensor();
}
Tensor back(const Tensor& tensor, const Tensor& like) {
  return tensor.defined() ? tensor.contiguous().to(like.device()) : tensor;
}

Tensor convolution(const Tensor& x, const Tensor& weight, const MaybeTensor& bias,
                   IntArrayRef stride, IntArrayRef padding, IntArrayRef dilation, bool transposed,
                   IntArrayRef output_padding, int64_t groups) {
  note_as("aten::convolution", {x, weight, or_none(bias)});
  return made([=, s = stride.vec(), p = padding.vec(), d = dilation.vec(),
               o = output_padding.vec()] {
    return back(
        at::convolution(x.cpu(), weight.cpu(), to_cpu(bias), s, p, d, transposed, o, groups), x);
  });
}

std::tuple<Tensor, Tensor, Tensor> convolution_backward(const Tensor& gradient, const Tensor& x,
                                                        const Tensor& weight, IntArrayRef stride,
                                                        IntArrayRef padding, IntArrayRef dilation,
                                                        bool transposed, IntArrayRef output_padding,
                                                        int64_t groups,
                                                        std::array<bool, 3> wanted) {
  note_as("aten::convolution_backward", {gradient, x, weight});
  const std::vector<int64_t> outputs = {transposed ? weight.size(1) * groups : weight.size(0)};
  return made([=, s = stride.vec(), p = padding.vec(), d = dilation.vec(),
               o = output_padding.vec()]() -> std::tuple<Tensor, Tensor, Tensor> {
    const auto [of_x, of_weight, of_bias] = at::convolution_backward(
        gradient.cpu(), x.cpu(), weight.cpu(), at::OptionalIntArrayRef(outputs), s, p, d,
        transposed, o, groups, wanted);
    return {back(of_x, x), back(of_weight, x), back(of_bias, x)};
  });
}

/// The fallback would lose what the CPU's kernel writes to optional tensors.
std::tuple<Tensor, Tensor, Tensor> native_batch_norm(const Tensor& x, const MaybeTensor& weight,
                                                     const MaybeTensor& bias,
                                                     const MaybeTensor& mean,
                                                     const MaybeTensor& variance, bool training,
                                                     double momentum, double epsilon) {
  note_as("aten::native_batch_norm",
          {x, or_none(weight), or_none(bias), or_none(mean), or_none(variance)});
  return made([=]() -> std::tuple<Tensor, Tensor, Tensor> {
    const auto new_mean = to_cpu(mean), new_variance = to_cpu(variance);
    const auto [y, batch_mean, batch_inverse] = at::native_batch_norm(
        x.cpu(), to_cpu(weight), to_cpu(bias), new_mean, new_variance, training, momentum, epsilon);
    if (new_mean) copy_from(*new_mean, *mean, false);
    if (new_variance) copy_from(*new_variance, *variance, false);
    return {back(y, x), back(batch_mean, x), back(batch_inverse, x)};
  });
}

/// LibTorch's kernel into a tensor of another shape warns of itself.
Tensor mse_loss(const Tensor& x, const Tensor& target, int64_t reduction) {
  note_as("aten::mse_loss", {x, target});
  return made([=] { return back(at::mse_loss(x.cpu(), target.cpu(), reduction), x); });
}

}  // namespace

void register_device_kernels(torch::Library& aten) {
  aten.impl("convolution_overrideable", &convolution);
  aten.impl("convolution_backward_overrideable", &convolution_backward);
  aten.impl("mse_loss", &mse_loss);
  aten.impl("native_batch_norm", &native_batch_norm);
}

}  // namespace sslhost::host::pretend
