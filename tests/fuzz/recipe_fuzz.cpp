// SPDX-License-Identifier: Apache-2.0
// A recipe, or config.toml, and the options that it sets.

#include "host/config/option_sources.hpp"
#include "host/config/settings.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  static fuzz::MemoryFile file;
  const auto values = [&](std::string_view toml) {
    host::Settings settings;
    OptionList list;
    host::Settings::describe(list, settings);
    host::resolve({&list}, {host::read_toml(file.holding(toml), "recipe")});
    return host::to_toml({&list});
  };
  fuzz::accepted([&] {
    const auto text = values(fuzz::text_of(data, size));
    bool again = false;
    std::string same;
    again = fuzz::accepted([&] { same = values(text); });
    fuzz::require(again && same == text, "options, written and read again, are the same");
  });
  return 0;
}
