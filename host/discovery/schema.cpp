// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/schema.hpp"

#include <variant>

#include <nlohmann/json.hpp>

#include "host/discovery/discovery.hpp"

namespace sslhost::host {

using nlohmann::ordered_json;

ordered_json options_to_json(const OptionList& list) {
  auto all = ordered_json::array();
  for (const auto& option : list.all()) {
    ordered_json o;
    o["name"] = option.name();
    o["type"] = option.type();
    o["default"] =
        std::visit([](const auto& value) { return ordered_json(value); }, option.initial());
    o["range"] = option.range();
    o["choices"] = option.choices();
    o["unit"] = option.unit();
    o["source"] = option.source();
    o["meaning"] = option.meaning();
    all.push_back(std::move(o));
  }
  return all;
}

ordered_json to_json(const Record& record, const OptionList& list) {
  ordered_json d;
  d["kind"] = to_text(record.kind);
  d["id"] = record.id;
  d["version"] = record.version;
  d["summary"] = record.summary;
  d["options"] = options_to_json(list);
  return d;
}

}  // namespace sslhost::host
