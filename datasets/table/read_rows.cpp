// SPDX-License-Identifier: Apache-2.0
#include <unordered_map>

#include "datasets/table/number.hpp"
#include "datasets/table/row_loop.hpp"

namespace sslhost::table {

namespace {

class Follower final : public FeatureReader {
 public:
  Follower(const TableFile& table, const Schema& schema)
      : table_(table), schema_(schema), marks_(schema.features.size()) {
    for (const auto& feature : schema.features) {
      auto& categories = categories_.emplace_back();
      for (size_t i = 0; i < feature.categories.size(); ++i)
        categories.emplace(feature.categories[i], static_cast<float>(i));
    }
  }

  float read(const FeatureCell& cell) override {
    if (schema_.features[cell.feature].kind == Kind::category) return category(cell);
    const auto number = read_number(cell.text, table_.decimal_comma());
    if (number.content == Content::number) {
      marks_.see(table_, cell);
      return number.value;
    }
    if (number.content == Content::missing) return kMissing;
    if (number.content == Content::infinite) fail_infinite(table_, cell);
    fail_no_number(table_, cell, "as in the training table");
  }

 private:
  float category(const FeatureCell& cell) const {
    if (is_missing(cell.text)) return kMissing;
    const auto& known = categories_[cell.feature];
    const auto found = known.find(word_of(cell.text, table_.decimal_comma()));
    return found == known.end() ? kUnknownCategory : found->second;
  }

  const TableFile& table_;
  const Schema& schema_;
  DecimalMarks marks_;
  std::vector<std::unordered_map<std::string, float>> categories_;
};

}  // namespace

Rows read_rows(TableFile& table, const Plan& plan, const Schema& schema,
               std::vector<std::string>& warnings) {
  Follower follower(table, schema);
  return read_all(table, plan, schema.features.size(), follower, warnings);
}

}  // namespace sslhost::table
