// SPDX-License-Identifier: Apache-2.0
#include "host/device/kernel_variables.hpp"

#include <cstdlib>

namespace sslhost::host {

namespace {

constexpr const char* kVariables[] = {"ATEN_CPU_CAPABILITY",
                                      "CUBLAS_WORKSPACE_CONFIG",
                                      "DNNL_MAX_CPU_ISA",
                                      "GLIBC_TUNABLES",
                                      "MKL_CBWR",
                                      "MKL_ENABLE_INSTRUCTIONS",
                                      "ONEDNN_MAX_CPU_ISA",
                                      "TORCH_MKLDNN_MATMUL_MIN_DIM"};

}  // namespace

std::vector<std::pair<std::string, std::string>> kernel_variables() {
  std::vector<std::pair<std::string, std::string>> set;
  for (const char* name : kVariables)
    if (const char* value = std::getenv(name)) set.emplace_back(name, value);
  return set;
}

std::string kernel_variables_text() {
  std::string text;
  for (const auto& [name, value] : kernel_variables())
    text += (text.empty() ? "" : ", ") + name + "=" + value;
  return text.empty() ? text
                      : text +
                            " in the environment: other kernels, whose results differ in the "
                            "last digits; it is in run.json";
}

}  // namespace sslhost::host
