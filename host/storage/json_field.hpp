// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reading a JSON file of ours whose content may be damaged: every error names the file and the
// field in full (run.json, field options.seed.value).

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

namespace sslhost::host {

/// The file that is read, and what its errors say about it.
struct JsonFile {
  std::filesystem::path path;
  ExitCode code;
  std::string what;  ///< "a split file"
  std::string next;  ///< what to do about a damaged one
};

/// Objects keep the order of the file.
nlohmann::ordered_json parse_json(const JsonFile& file);

/// One value with its place in the file. Refers to both.
class JsonField {
 public:
  JsonField(const nlohmann::ordered_json& value, const JsonFile& file, std::string name = {})
      : value_(value), file_(file), name_(std::move(name)) {}

  [[noreturn]] void fail(std::string expected, std::string found) const;

  JsonField operator[](const std::string& key) const;
  std::optional<JsonField> find(const std::string& key) const;

  bool is_boolean() const { return value_.is_boolean(); }
  bool is_integer() const { return value_.is_number_integer(); }
  bool is_text() const { return value_.is_string(); }

  std::int64_t integer(std::int64_t least = std::numeric_limits<std::int64_t>::min(),
                       std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;
  std::uint64_t seed() const;
  /// JSON has no NaN and no infinity; our writer puts null for both, which is read as NaN.
  double number() const;
  bool boolean() const;
  std::string text() const;
  /// The value as far as it fits into a line.
  std::string shown() const;

  /// fn(element) for each element of a list.
  template <class Fn>
  void each(Fn fn) const {
    if (!value_.is_array()) fail("a list", value_.type_name());
    for (std::size_t i = 0; i < value_.size(); ++i)
      fn(JsonField(value_[i], file_, name_ + "[" + std::to_string(i) + "]"));
  }
  /// fn(key, value) for each member of an object.
  template <class Fn>
  void each_member(Fn fn) const {
    if (!value_.is_object()) fail("an object", value_.type_name());
    for (const auto& [key, value] : value_.items()) fn(key, JsonField(value, file_, name_of(key)));
  }

 private:
  std::string name_of(const std::string& key) const {
    return name_.empty() ? key : name_ + "." + key;
  }

  const nlohmann::ordered_json& value_;
  const JsonFile& file_;
  std::string name_;
};

}  // namespace sslhost::host
