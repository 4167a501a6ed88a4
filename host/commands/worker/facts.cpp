// SPDX-License-Identifier: Apache-2.0
// sslhost-worker facts: what LibTorch finds on this machine, for `sslhost doctor`.

#include <cstdio>

#include <nlohmann/json.hpp>

#include <ATen/Parallel.h>

#include "sslhost/nn/kernels.hpp"

#include "host/commands/entries.hpp"
#include "host/device/device.hpp"
#include "host/device/kernel_variables.hpp"
#include "host/log/standard_output.hpp"

namespace sslhost::host {

namespace {

std::string kernels_text() {
  std::string text;
  for (const auto& [layers, kernel] : kernel_paths())
    text += (text.empty() ? "" : ", ") + layers + " " + kernel;
  return text;
}

}  // namespace

int facts_command(const CommandLine& /*line*/) {
  const auto cards = usable_cards();
  nlohmann::ordered_json facts = {{"processor", processor_name()},
                                  {"threads", at::get_num_threads()},
                                  {"kernels", kernels_text()},
                                  {"variables", kernel_variables_text()},
                                  {"cards", cards}};
  if (const auto why = cards.empty() ? why_unusable(0) : std::nullopt) facts["no_card"] = *why;
  const auto text = facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::fprintf(results(), "%s\n", text.c_str());
  return 0;
}

}  // namespace sslhost::host
