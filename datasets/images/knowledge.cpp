// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/knowledge.hpp"

#include <stdexcept>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

namespace sslhost::images {

namespace {

using nlohmann::json;

constexpr int kFormat = 1;
constexpr Fit kFits[] = {Fit::crop, Fit::pad, Fit::stretch};

Fit fit_named(const std::string& name) {
  for (const auto fit : kFits)
    if (text_of(fit) == name) return fit;
  throw std::invalid_argument("no way to fit pictures");
}

}  // namespace

std::string text_of(Fit fit) {
  switch (fit) {
    case Fit::crop:
      return "crop";
    case Fit::pad:
      return "pad";
    case Fit::stretch:
      break;
  }
  return "stretch";
}

std::string knowledge_of(Fit fit) {
  return json({{"format", kFormat}, {"fit", text_of(fit)}}).dump();
}

std::optional<Fit> fit_from(const std::string& knowledge) {
  if (knowledge.empty()) return std::nullopt;
  try {
    const auto about = json::parse(knowledge);
    if (about.at("format") != kFormat)
      throw std::invalid_argument("a format of another version of sslhost");
    return fit_named(about.at("fit").get<std::string>());
  } catch (const std::exception& error) {
    throw Error(ExitCode::storage,
                {"the model's knowledge of its pictures", "how they were brought to a square",
                 error.what(), "take another copy of the model"});
  }
}

}  // namespace sslhost::images
