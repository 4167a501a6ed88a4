// SPDX-License-Identifier: Apache-2.0
#include "host/loading/exception_translation.hpp"

#include <filesystem>
#include <new>
#include <string_view>

#include <oneapi/dnnl/dnnl_common.hpp>

#include <c10/util/Exception.h>

#include "host/storage/filesystem_mistake.hpp"

namespace sslhost::host {

namespace {

/// LibTorch has a type of its own for a GPU's memory, and for the CPU's a sentence only. oneDNN,
/// which it computes convolutions with, has its own.
bool out_of_memory(const std::exception& thrown, std::string_view text) {
  const auto* dnn = dynamic_cast<const dnnl::error*>(&thrown);
  return (dnn != nullptr && dnn->status == dnnl_out_of_memory) ||
         dynamic_cast<const std::bad_alloc*>(&thrown) != nullptr ||
         dynamic_cast<const c10::OutOfMemoryError*>(&thrown) != nullptr ||
         text.find("DefaultCPUAllocator: ") != text.npos;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

std::optional<Error> translated(const std::exception& thrown, const std::string& where) {
  if (dynamic_cast<const Error*>(&thrown) != nullptr) return std::nullopt;  // translated already
  const auto* torch = dynamic_cast<const c10::Error*>(&thrown);
  const std::string text = torch ? torch->what_without_backtrace() : thrown.what();
  if (out_of_memory(thrown, text))
    return Error(ExitCode::device, {where, "enough memory", first_line(text),
                                    "use smaller batches or a smaller network, or another device"});
  if (dynamic_cast<const c10::AcceleratorError*>(&thrown) != nullptr)
    // Kernels run later than they are asked for: the call that is named may not be the one.
    return Error(ExitCode::device,
                 {where, "a GPU that does what it is asked", first_line(text),
                  "run again with CUDA_LAUNCH_BLOCKING=1 in the environment, which makes the error "
                  "come from the call that caused it"});
  if (const auto* files = dynamic_cast<const std::filesystem::filesystem_error*>(&thrown))
    return filesystem_mistake(*files,
                              where.starts_with("plugin ") ? ExitCode::data : ExitCode::storage);
  if (torch && text.find("Expected more than 1 value per channel") != text.npos)
    return Error(
        ExitCode::usage,
        {where, "at least two samples in each batch: the network has batch norm", "a batch of one",
         "use larger batches, or a network without batch norm such as mlp-plain-256-256"});
  return std::nullopt;
}

}  // namespace sslhost::host
