// SPDX-License-Identifier: Apache-2.0
#include "host/device/precision.hpp"

#ifdef __x86_64__
#include <cpuid.h>
#endif

#include <ATen/Context.h>
#include <ATen/autocast_mode.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

Bf16Products Bf16Products::here() {
#ifdef __x86_64__
  constexpr unsigned kAmxBf16 = 1U << 22;  // of leaf 7's EDX
  unsigned a = 0, b = 0, c = 0, d = 0;
  __builtin_cpu_init();
  return {.avx512 = __builtin_cpu_supports("avx512bf16") != 0,
          .amx = __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kAmxBf16) != 0,
          .intel = __builtin_cpu_is("intel") != 0};
#else
  return {.avx512 = true, .amx = true};  // not known: nothing is said
#endif
}

Precision choose_precision(const std::string& name, c10::Device device) {
  if (name == "fp32") return Precision::fp32;
  if (name == "bf16") return Precision::bf16;
  if (name != "tf32")
    throw Error(ExitCode::usage, {"option precision", "fp32, tf32 or bf16", "'" + name + "'",
                                  "choose one of these"});
  if (!device.is_cuda())
    throw Error(ExitCode::usage,
                {"option precision", "a CUDA card for tf32, which others do not have",
                 "device " + device.str(), "use --precision fp32 or bf16"});
  auto& context = at::globalContext();
  context.setAllowTF32CuDNN(true);
  context.setAllowTF32CuBLAS(true);
  return Precision::tf32;
}

std::string slow_precision(Precision precision, c10::Device device, const Bf16Products& products) {
  if (precision != Precision::bf16 || !device.is_cpu() || products.amx) return {};
  if (!products.avx512)
    return "option precision: this processor has no products of bf16 numbers (AVX512-BF16, AMX); "
           "fp32 is faster here";
  // Measured: docs/explanation/performance.md, "Products of bf16 numbers".
  if (products.intel)
    return "option precision: Intel processors multiply bf16 numbers at half the speed of fp32 "
           "where AMX is missing, as here; fp32 is faster";
  return {};
}

ReducedProducts::ReducedProducts(Precision precision, c10::Device device)
    : autocast_(device.type()), on_(precision == Precision::bf16) {
  if (!on_) return;
  at::autocast::set_autocast_dtype(autocast_, at::kBFloat16);
  at::autocast::set_autocast_enabled(autocast_, true);
  at::autocast::increment_nesting();
}

ReducedProducts::~ReducedProducts() {
  if (!on_) return;
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(autocast_, false);
}

void ReducedProducts::forget_weights(Precision precision) {
  if (precision == Precision::bf16) at::autocast::clear_cache();
}

}  // namespace sslhost::host
