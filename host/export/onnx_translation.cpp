// SPDX-License-Identifier: Apache-2.0
#include "host/export/onnx_translation.hpp"

#include <algorithm>

namespace sslhost::host {

OnnxTranslation::OnnxTranslation(const Operations& all, OnnxGraph& graph)
    : all_(all), graph_(graph), written_(all.values.size()) {}

std::string OnnxTranslation::name(Place place) {
  const auto& value = all_.at(place);
  if (value.constant && !written_[place.at]) {
    graph_.tensor(value.name, value.type, value.constant->shape, value.constant->bytes);
    written_[place.at] = true;
  }
  return value.name;
}

std::string OnnxTranslation::name(Place place, ElementType type) {
  if (all_.at(place).type == type) return name(place);
  return graph_.add("Cast", {name(place)}, {{"to", onnx_type(type)}});
}

std::string OnnxTranslation::batch() {
  if (batch_.empty())
    batch_ = graph_.add("Shape", {all_.at(all_.input).name},
                        {{"start", std::int64_t{0}}, {"end", std::int64_t{1}}});
  return batch_;
}

std::string OnnxTranslation::extents(const std::vector<Extent>& shape, bool infer) {
  const auto of_batch = std::ranges::count_if(shape, &Extent::of_batch);
  std::vector<std::int64_t> numbers;
  for (const auto& extent : shape)
    numbers.push_back(extent.of_batch && infer && of_batch == 1 ? -1 : extent.number);
  if (of_batch == 0 || (infer && of_batch == 1)) return graph_.integers(numbers);
  std::vector<std::string> parts;
  for (const auto& extent : shape) {
    auto part = extent.of_batch ? batch() : graph_.integers({extent.number});
    if (extent.of_batch && extent.number != 1)
      part = graph_.add("Mul", {part, graph_.integers({extent.number})});
    parts.push_back(part);
  }
  return graph_.add("Concat", parts, {{"axis", std::int64_t{0}}});
}

bool OnnxCall::has(std::string_view argument) const {
  return !std::holds_alternative<std::monostate>(operation_.argument(argument));
}

void OnnxCall::require(bool holds, const std::string& what) const {
  if (!holds) throw NotTranslated(operation_.name + " " + what);
}

Place OnnxCall::place(std::string_view argument) const {
  const auto* found = std::get_if<Place>(&operation_.argument(argument));
  require(found, "without a tensor '" + std::string(argument) + "'");
  return *found;
}

std::vector<Place> OnnxCall::places(std::string_view argument) const {
  const auto* found = std::get_if<std::vector<Place>>(&operation_.argument(argument));
  require(found, "without tensors '" + std::string(argument) + "'");
  return *found;
}

std::int64_t OnnxCall::integer(std::string_view argument) const {
  const auto* found = std::get_if<Extent>(&operation_.argument(argument));
  require(found && !found->of_batch, "whose '" + std::string(argument) + "' is not a number");
  return found->number;
}

std::int64_t OnnxCall::integer(std::string_view argument, std::int64_t otherwise) const {
  return has(argument) ? integer(argument) : otherwise;
}

double OnnxCall::number(std::string_view argument) const {
  const auto& found = operation_.argument(argument);
  if (const auto* real = std::get_if<double>(&found)) return *real;
  return static_cast<double>(integer(argument));
}

bool OnnxCall::flag(std::string_view argument) const {
  const auto* found = std::get_if<bool>(&operation_.argument(argument));
  return found && *found;
}

std::string OnnxCall::text(std::string_view argument) const {
  const auto* found = std::get_if<std::string>(&operation_.argument(argument));
  require(found, "without a text '" + std::string(argument) + "'");
  return *found;
}

std::vector<std::int64_t> OnnxCall::integers(std::string_view argument) const {
  const auto* found = std::get_if<std::vector<Extent>>(&operation_.argument(argument));
  require(found, "without numbers '" + std::string(argument) + "'");
  std::vector<std::int64_t> all;
  for (const auto& extent : *found) {
    require(!extent.of_batch, "whose '" + std::string(argument) + "' depends on the batch");
    all.push_back(extent.number);
  }
  return all;
}

std::int64_t OnnxCall::axis(std::string_view argument, std::string_view of) const {
  const auto given = integer(argument);
  return given < 0 ? given + static_cast<std::int64_t>(value(of).shape.size()) : given;
}

std::vector<std::int64_t> OnnxCall::axes(std::string_view argument) const {
  const auto rank = static_cast<std::int64_t>(value("self").shape.size());
  auto all = has(argument) ? integers(argument) : std::vector<std::int64_t>();
  if (all.empty())
    for (std::int64_t i = 0; i < rank; ++i) all.push_back(i);
  for (auto& one : all)
    if (one < 0) one += rank;
  return all;
}

std::string OnnxCall::operand(std::string_view argument, ElementType type) const {
  if (std::holds_alternative<Place>(operation_.argument(argument)))
    return to_.name(place(argument), type);
  return to_.graph().scalar(type, number(argument));
}

void OnnxCall::make(const std::string& type, const std::vector<std::string>& inputs,
                    const std::vector<OnnxAttribute>& attributes) const {
  to_.graph().add(type, inputs, result().name, attributes);
}

}  // namespace sslhost::host
