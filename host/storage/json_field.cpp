// SPDX-License-Identifier: Apache-2.0
#include "host/storage/json_field.hpp"

#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "sslhost/what_is_at.hpp"

namespace sslhost::host {

using nlohmann::ordered_json;

namespace {

/// Without the library's name for it.
std::string words_of(const ordered_json::exception& error) {
  const std::string_view words = error.what(), mark = "] ";
  const auto end = words.find(mark);
  return std::string(end == words.npos ? words : words.substr(end + mark.size()));
}

}  // namespace

ordered_json parse_json(const JsonFile& file) {
  std::error_code ignored;
  const bool is_file = std::filesystem::is_regular_file(file.path, ignored);
  std::ifstream stream;  // not of a pipe, which may have no writer
  if (is_file) stream.open(file.path, std::ios::binary);
  if (!stream.is_open())
    throw Error(file.code,
                {file.path.string(), file.what + " that can be read",
                 is_file ? "a file that cannot be opened" : what_is_at(file.path.string()),
                 "check its path"});
  try {
    return ordered_json::parse(stream);
  } catch (const ordered_json::parse_error& e) {
    throw Error(file.code, {file.path.string() + ", byte " + std::to_string(e.byte), "JSON",
                            words_of(e), file.next});
  } catch (const ordered_json::exception& e) {  // a number beyond double
    throw Error(file.code, {file.path.string(), file.what, words_of(e), file.next});
  }
}

void JsonField::fail(std::string expected, std::string found) const {
  const auto path = file_.path.string();
  throw Error(file_.code, {name_.empty() ? path : path + ", field " + name_, std::move(expected),
                           std::move(found), file_.next});
}

JsonField JsonField::operator[](const std::string& key) const {
  if (auto found = find(key)) return *found;
  JsonField(value_, file_, name_of(key)).fail("a value", "no such field");
}

std::optional<JsonField> JsonField::find(const std::string& key) const {
  if (!value_.is_object()) fail("an object", value_.type_name());
  const auto found = value_.find(key);
  if (found == value_.end()) return std::nullopt;
  return JsonField(*found, file_, name_of(key));
}

std::int64_t JsonField::integer(std::int64_t least, std::int64_t most) const {
  const bool fits = value_.is_number_integer() &&
                    (!value_.is_number_unsigned() ||
                     value_.get<std::uint64_t>() <= static_cast<std::uint64_t>(most));
  if (!fits || value_.get<std::int64_t>() < least || value_.get<std::int64_t>() > most)
    fail("an integer from " + std::to_string(least) + " to " + std::to_string(most), shown());
  return value_.get<std::int64_t>();
}

std::uint64_t JsonField::seed() const {
  if (!value_.is_number_unsigned()) fail("an integer from 0 to 2^64 - 1", shown());
  return value_.get<std::uint64_t>();
}

double JsonField::number() const {
  if (value_.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (!value_.is_number()) fail("a number", shown());
  return value_.get<double>();
}

bool JsonField::boolean() const {
  if (!value_.is_boolean()) fail("true or false", shown());
  return value_.get<bool>();
}

std::string JsonField::text() const {
  if (!value_.is_string()) fail("a text", shown());
  return value_.get<std::string>();
}

std::string JsonField::shown() const {
  constexpr std::size_t kLongest = 60;
  if (value_.is_structured()) return value_.type_name();
  const auto text = value_.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
}

}  // namespace sslhost::host
