// SPDX-License-Identifier: Apache-2.0
#include "dispatch.hpp"

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>

#ifdef __x86_64__
#include <cstring>

#include <cpuid.h>
#endif

#include <c10/core/impl/LocalDispatchKeySet.h>

#include "sslhost/error.hpp"
#include "sslhost/nn/kernels.hpp"

// The measurements behind these rules: docs/explanation/performance.md.
namespace sslhost::kernels {

namespace {

/// Above this the transformed weights leave the cache, and computing them outweighs the gain.
constexpr int64_t kMostWeights = 256 * 256;
/// With fewer channels than these most of a vector is padding.
constexpr int64_t kFewestIns = 8, kFewestOuts = 4;
/// oneDNN's gradient for an input of few channels takes 3 to 8 times as long as its forward pass;
/// up to here a product and shifted sums are faster.
constexpr int64_t kFewChannels = 4;

#ifdef __x86_64__
bool is_amd() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  char vendor[13] = {};
  if (!__get_cpuid(0, &a, &b, &c, &d)) return false;
  std::memcpy(vendor, &b, 4);
  std::memcpy(vendor + 4, &d, 4);
  std::memcpy(vendor + 8, &c, 4);
  return std::string_view(vendor) == "AuthenticAMD";
}
#endif

Wishes environment() {
  return {.kernels = std::getenv("SSLHOST_KERNELS"),
          .linear = std::getenv("SSLHOST_LINEAR"),
          .convolution = std::getenv("SSLHOST_CONVOLUTION"),
          .inference = std::getenv("SSLHOST_INFERENCE")};
}

Ours& current() {
  static Ours taken = choose(this_processor(), environment());
  return taken;
}

/// Whether `word`, null or a name of vectors, allows those of so many floats.
bool allows(const char* word, int64_t lanes) {
  const std::string_view name = word ? word : "";
  return !(name == "plain" || (name == "avx2" && lanes > vectors::kAvx2.lanes));
}

/// Another word would choose something else in silence. `words`: all values of the variable.
void require_known(const char* variable, const char* word,
                   std::initializer_list<std::string_view> words) {
  const std::string_view name = word ? word : "";
  if (name.empty() || std::ranges::find(words, name) != words.end()) return;
  std::string all;
  for (const auto one : words) all.append(all.empty() ? "" : ", ").append(one);
  throw Error(ExitCode::usage, {variable, "one of " + all, "'" + std::string(name) + "'",
                                "leave it out for the fastest"});
}

/// The processor as SSLHOST_KERNELS has it.
Processor narrowed(const Processor& processor, const char* kernels) {
  require_known("SSLHOST_KERNELS", kernels, {"avx512", "avx2", "plain"});
  return {.avx512 = processor.avx512 && allows(kernels, vectors::kAvx512.lanes),
          .amd = processor.amd,
          .avx2 = (processor.avx2 || processor.avx512) && allows(kernels, vectors::kAvx2.lanes)};
}

bool is_float_on_cpu(const Tensor& x) {
  return x.device().is_cpu() && x.scalar_type() == at::kFloat;
}

/// Products are then to take numbers of fewer digits, which ours cannot.
bool is_autocast() {
  return !c10::impl::tls_is_dispatch_key_excluded(c10::DispatchKey::AutocastCPU);
}

/// Whether our kernels may read this bias, or none, beside this weight [O,...].
bool fits_outputs(const Tensor& bias, const Tensor& weight) {
  return !bias.defined() ||
         (is_float_on_cpu(bias) && bias.dim() == 1 && bias.size(0) == weight.size(0));
}

/// Of a convolution with stride 1 and a square kernel.
bool fits_winograd(const Tensor& x, const Tensor& weight, const Tensor& bias, int64_t padding) {
  const auto outs = weight.size(0), ins = weight.size(1), kernel = weight.size(2);
  return is_float_on_cpu(x) && is_float_on_cpu(weight) && x.size(1) == ins &&
         fits_outputs(bias, weight) && (kernel == 3 || kernel == 4) && padding >= 0 &&
         padding < kernel && ins >= kFewestIns && outs >= kFewestOuts &&
         ins * outs <= kMostWeights && std::min(x.size(2), x.size(3)) + 2 * padding >= kernel &&
         x.size(0) > 0;
}

}  // namespace

Processor this_processor() {
#ifdef __x86_64__
  return {.avx512 = __builtin_cpu_supports("avx512f") != 0,
          .amd = is_amd(),
          .avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0};
#else
  return {.avx512 = false, .amd = false};
#endif
}

std::vector<const vectors::Path*> paths_of(const Processor& processor) {
  std::vector<const vectors::Path*> all;
  if (processor.avx512) all.push_back(&vectors::kAvx512);
  if (processor.avx512 || processor.avx2) all.push_back(&vectors::kAvx2);
  return all;
}

const vectors::Path& path_of(int64_t lanes) {
  return lanes == vectors::kAvx512.lanes ? vectors::kAvx512 : vectors::kAvx2;
}

// LibTorch's BLAS (oneMKL) runs at AVX2 width on AMD processors; elsewhere ours is no faster.
Ours choose(const Processor& processor, const Wishes& wishes) {
  require_known("SSLHOST_LINEAR", wishes.linear, {"blas", "avx512", "avx2"});
  require_known("SSLHOST_CONVOLUTION", wishes.convolution, {"library", "winograd"});
  const std::string_view linear = wishes.linear ? wishes.linear : "",
                         convolution = wishes.convolution ? wishes.convolution : "";
  const bool named = linear == "avx512" || linear == "avx2",
             wanted = named || (linear.empty() && processor.amd);
  Ours taken = {.linear = nullptr, .convolutions = nullptr, .pooling = true};
  for (const auto* path : paths_of(narrowed(processor, wishes.kernels))) {
    if (!taken.linear && wanted && allows(wishes.linear, path->lanes)) taken.linear = path;
    if (!taken.convolutions && convolution != "library") taken.convolutions = path;
  }
  return taken;
}

Ours ours() { return current(); }

const inference::Path& choose_path(const Processor& processor, const Wishes& wishes) {
  require_known("SSLHOST_INFERENCE", wishes.inference, {"avx512", "avx2", "plain"});
  const auto can = narrowed(processor, wishes.kernels);
  for (const auto* path : {&inference::kAvx512, &inference::kAvx2})
    if ((path == &inference::kAvx512 ? can.avx512 : can.avx2) &&
        allows(wishes.inference, path->lanes))
      return *path;
  return inference::kPlain;
}

const inference::Path& inference_path() {
  static const auto& taken = choose_path(this_processor(), environment());
  return taken;
}

Override::Override(Ours wanted) : before_(current()) {
  const auto can = paths_of(this_processor());
  for (const auto** path : {&wanted.linear, &wanted.convolutions})
    if (std::ranges::find(can, *path) == can.end()) *path = nullptr;
  current() = wanted;
}

Override::~Override() { current() = before_; }

const vectors::Path* linear_kernel(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const bool fits = !is_autocast() && is_float_on_cpu(x) && is_float_on_cpu(weight) &&
                    x.dim() == 2 && x.numel() > 0 && weight.dim() == 2 && weight.numel() > 0 &&
                    x.size(1) == weight.size(1) && fits_outputs(bias, weight);
  return fits ? current().linear : nullptr;
}

ConvolutionKernel convolution_kernel(const Tensor& x, const Tensor& weight, const Tensor& bias,
                                     int64_t stride, int64_t padding) {
  if (stride != 1 || !x.device().is_cpu() || !weight.device().is_cpu() || x.dim() != 4 ||
      weight.size(2) != weight.size(3) || is_autocast())
    return ConvolutionKernel::kLibrary;
  if (current().convolutions && fits_winograd(x, weight, bias, padding))
    return ConvolutionKernel::kWinograd;
  return weight.size(1) <= kFewChannels ? ConvolutionKernel::kScatter : ConvolutionKernel::kLibrary;
}

bool has_few_outputs(const Tensor& weight) {
  return weight.size(0) == vectors::kFewOutputs && weight.size(2) == 3;
}

PoolingKernel pooling_kernel(const Tensor& x) {
  const bool fits = current().pooling && is_float_on_cpu(x) && x.dim() == 4 &&
                    x.is_contiguous(at::MemoryFormat::ChannelsLast) && x.size(2) > 1 &&
                    x.size(3) > 1 && x.numel() > 0;
  return fits ? PoolingKernel::kFused : PoolingKernel::kLibrary;
}

}  // namespace sslhost::kernels

namespace sslhost {

std::vector<std::pair<std::string, std::string>> kernel_paths() {
  const auto ours = kernels::ours();
  // Plain "winograd" is AVX-512's: records of runs had it before there was another.
  const auto* filtered = ours.convolutions == &vectors::kAvx512 ? "winograd" : "winograd-avx2";
  return {{"linear_layers", ours.linear ? ours.linear->name : "blas"},
          {"convolutions", ours.convolutions ? filtered : "library"},
          {"pooling", ours.pooling ? "fused" : "library"},
          {"inference", kernels::inference_path().name}};
}

LibraryKernels::LibraryKernels()
    : override_(std::make_unique<kernels::Override>(
          kernels::Ours{.linear = nullptr, .convolutions = nullptr, .pooling = false})) {}

LibraryKernels::~LibraryKernels() = default;

}  // namespace sslhost
