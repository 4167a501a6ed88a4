// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/knowledge.hpp"

#include <cmath>
#include <set>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

namespace sslhost::table {

namespace {

using nlohmann::json;

constexpr int kFormat = 1;

json json_of(const Feature& feature) {
  json about = {{"name", feature.name}, {"column", feature.column}};
  if (feature.kind == Kind::number) {
    about["fill"] = feature.fill;
  } else {
    about["categories"] = feature.categories;
    about["missing"] = feature.has_missing;
  }
  return about;
}

/// The JSON library would make any number one, 1e300 too, whose conversion is undefined.
size_t count_from(const json& about) {
  if (!about.is_number_unsigned()) throw std::invalid_argument("a column that no table has");
  return about.get<size_t>();
}

Feature feature_from(const json& about, size_t columns) {
  Feature feature;
  feature.name = about.at("name");
  feature.column = count_from(about.at("column"));
  if (about.contains("fill")) {
    feature.kind = Kind::number;
    feature.fill = about.at("fill");
  } else {
    feature.kind = Kind::category;
    feature.categories = about.at("categories").get<std::vector<std::string>>();
    feature.has_missing = about.at("missing");
  }
  if (!std::isfinite(feature.fill) || feature.column >= columns)
    throw std::invalid_argument("a column that no table has");
  return feature;
}

/// Label, id and features each have a column of their own.
void require_own_columns(const Schema& schema) {
  std::set<size_t> taken = {schema.label_column};
  const auto take = [&](size_t column) {
    if (!taken.insert(column).second) throw std::invalid_argument("two uses of one column");
  };
  if (schema.id_column) take(*schema.id_column);
  for (const auto& feature : schema.features) take(feature.column);
}

Schema schema_of(const json& about) {
  Schema schema;
  schema.has_header = about.at("header");
  schema.columns = count_from(about.at("columns"));
  schema.label = about.at("label");
  schema.label_column = count_from(about.at("label_column"));
  schema.id = about.at("id");
  if (const auto& column = about.at("id_column"); !column.is_null())
    schema.id_column = count_from(column);
  if (schema.label_column >= schema.columns || schema.id_column.value_or(0) >= schema.columns)
    throw std::invalid_argument("a column that no table has");
  schema.left_out = about.at("left_out").get<std::vector<std::string>>();
  for (const auto& feature : about.at("features"))
    schema.features.push_back(feature_from(feature, schema.columns));
  require_own_columns(schema);
  return schema;
}

[[noreturn]] void fail(const std::string& found) {
  throw Error(ExitCode::storage, {"the model's knowledge of its data", "columns and what they hold",
                                  found, "take another copy of the model"});
}

template <class F>
void read(const std::string& knowledge, const F& f) {
  try {
    const auto about = json::parse(knowledge);
    if (about.at("format") != kFormat)
      throw std::invalid_argument("a format of another version of sslhost");
    f(about);
  } catch (const std::exception& error) {
    fail(error.what());
  }
}

}  // namespace

std::string knowledge_of(const Schema& schema) {
  auto features = json::array();
  for (const auto& feature : schema.features) features.push_back(json_of(feature));
  return json({{"format", kFormat},
               {"header", schema.has_header},
               {"columns", schema.columns},
               {"label", schema.label},
               {"label_column", schema.label_column},
               {"id", schema.id},
               {"id_column", schema.id_column ? json(*schema.id_column) : json()},
               {"left_out", schema.left_out},
               {"features", features}})
      .dump();
}

std::string knowledge_of(const std::vector<float>& fill) {
  return json({{"format", kFormat}, {"fill", fill}}).dump();
}

std::optional<Schema> schema_from(const std::string& knowledge) {
  std::optional<Schema> schema;
  if (knowledge.empty()) return schema;
  read(knowledge, [&](const json& about) {
    if (!about.contains("fill")) schema = schema_of(about);
  });
  return schema;
}

std::vector<float> fill_from(const std::string& knowledge) {
  std::vector<float> fill;
  if (knowledge.empty()) return fill;
  read(knowledge, [&](const json& about) {
    if (about.contains("fill")) fill = about.at("fill").get<std::vector<float>>();
  });
  for (const float value : fill)
    if (!std::isfinite(value)) fail("a number that is not finite");
  return fill;
}

}  // namespace sslhost::table
