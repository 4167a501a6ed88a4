// SPDX-License-Identifier: Apache-2.0
#include "host/storage/safetensors_header.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian");

using Json = nlohmann::json;

constexpr std::int64_t kLengthBytes = 8;
constexpr std::int64_t kMaxHeader = 100'000'000;  // the format's own limit
constexpr std::size_t kMaxRank = 64;              // NumPy's
constexpr int kMaxDepth = 3;                      // file, tensor, shape
constexpr const char* kMetadata = "__metadata__";

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& place,
                         const std::string& expected, const std::string& found) {
  throw Error(ExitCode::storage,
              {path.string() + (place.empty() ? "" : ", " + place), expected, found,
               "the file is damaged or no safetensors file: use another copy"});
}

std::string tensor_place(const std::string& name) { return "tensor '" + name + "'"; }

/// The JSON library keeps the last of two equal keys and builds whatever is nested; neither is
/// acceptable here.
class StrictObjects {
 public:
  explicit StrictObjects(const std::filesystem::path& path) : path_(path) {}

  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kMaxDepth) refuse(path_, "header", "an object of tensors", "deeper nesting");
    if (event == Json::parse_event_t::object_start) keys_.emplace_back();
    if (event == Json::parse_event_t::object_end) keys_.pop_back();
    if (event == Json::parse_event_t::key &&
        !keys_.back().insert(parsed.get<std::string>()).second) {
      refuse(path_, tensor_place(parsed.get<std::string>()), "names that occur once",
             "a second one");
    }
    return true;
  }

 private:
  const std::filesystem::path& path_;
  std::vector<std::set<std::string>> keys_;
};

std::string read_text(const Descriptor& file, const std::filesystem::path& path,
                      std::int64_t size) {
  if (size < kLengthBytes) refuse(path, "", "at least 8 bytes", std::to_string(size));
  std::uint64_t length = 0;
  read_at(file, path, 0, std::as_writable_bytes(std::span(&length, 1)));
  const std::int64_t rest = size - kLengthBytes;
  if (length > static_cast<std::uint64_t>(std::min(kMaxHeader, rest))) {
    refuse(path, "header length", "at most " + std::to_string(std::min(kMaxHeader, rest)),
           std::to_string(length));
  }
  std::string text(length, '\0');
  read_at(file, path, kLengthBytes, std::as_writable_bytes(std::span(text)));
  if (!text.starts_with('{')) refuse(path, "header", "a JSON object", "something else");
  return text;
}

Json parse(const std::string& text, const std::filesystem::path& path) {
  try {
    return Json::parse(text, StrictObjects(path));
  } catch (const Json::exception& e) {
    refuse(path, "header", "valid JSON", e.what());
  }
}

std::map<std::string, std::string> parse_metadata(const Json& json,
                                                  const std::filesystem::path& path) {
  if (!json.is_object()) refuse(path, kMetadata, "an object", json.type_name());
  std::map<std::string, std::string> metadata;
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string())
      refuse(path, std::string(kMetadata) + " '" + key + "'", "text", value.type_name());
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

/// A list of numbers in [0, 2^63).
std::vector<std::int64_t> parse_numbers(const Json& json, const std::filesystem::path& path,
                                        const std::string& place) {
  if (!json.is_array()) refuse(path, place, "a list of numbers", json.type_name());
  std::vector<std::int64_t> numbers;
  for (const auto& value : json) {
    if (!value.is_number_unsigned() || !std::in_range<std::int64_t>(value.get<std::uint64_t>())) {
      refuse(path, place, "whole numbers from 0 to 2^63 - 1", value.dump());
    }
    numbers.push_back(value.get<std::int64_t>());
  }
  return numbers;
}

/// Nothing when it overflows; dimensions of zero count as one there, since strides are computed
/// that way.
std::optional<std::int64_t> byte_count(const TensorEntry& entry) {
  std::int64_t bound = element_size(entry.dtype);
  bool empty = false;
  for (const std::int64_t dimension : entry.shape) {
    empty = empty || dimension == 0;
    if (__builtin_mul_overflow(bound, std::max<std::int64_t>(dimension, 1), &bound))
      return std::nullopt;
  }
  return empty ? 0 : bound;
}

TensorEntry parse_entry(const std::string& name, const Json& json,
                        const std::filesystem::path& path) {
  const std::string place = tensor_place(name);
  if (!json.is_object() || json.size() != 3 || !json.contains("dtype") || !json.contains("shape") ||
      !json.contains("data_offsets")) {
    refuse(path, place, "dtype, shape and data_offsets, nothing else", json.dump().substr(0, 100));
  }
  if (!json["dtype"].is_string())
    refuse(path, place + ", dtype", "text", json["dtype"].type_name());
  TensorEntry entry{name, json["dtype"].get<std::string>(),
                    parse_numbers(json["shape"], path, place + ", shape")};
  if (element_size(entry.dtype) == 0) {
    refuse(path, place, "dtype F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL",
           "'" + entry.dtype + "'");
  }
  if (entry.shape.size() > kMaxRank) {
    refuse(path, place, "at most 64 dimensions", std::to_string(entry.shape.size()));
  }
  const auto offsets = parse_numbers(json["data_offsets"], path, place + ", data_offsets");
  if (offsets.size() != 2 || offsets[0] > offsets[1]) {
    refuse(path, place, "data_offsets [begin, end]", json["data_offsets"].dump());
  }
  entry.begin = offsets[0];
  entry.end = offsets[1];
  const auto bytes = byte_count(entry);
  if (!bytes) refuse(path, place, "a size below 2^63 bytes", "shape " + json["shape"].dump());
  if (entry.end - entry.begin != *bytes) {
    refuse(path, place, std::to_string(*bytes) + " bytes for its dtype and shape",
           std::to_string(entry.end - entry.begin));
  }
  return entry;
}

/// The entries must follow each other and end where the file ends.
void check_layout(const std::vector<TensorEntry>& entries, std::int64_t bytes,
                  const std::filesystem::path& path) {
  std::int64_t position = 0;
  for (const auto& entry : entries) {
    if (entry.begin != position || entry.end > bytes) {
      refuse(path, tensor_place(entry.name),
             "data from byte " + std::to_string(position) + ", inside the " +
                 std::to_string(bytes) + " bytes of data",
             std::to_string(entry.begin) + " to " + std::to_string(entry.end));
    }
    position = entry.end;
  }
  if (position != bytes) {
    refuse(path, "", std::to_string(position) + " bytes of data", std::to_string(bytes));
  }
}

}  // namespace

std::int64_t element_size(std::string_view dtype) {
  static const std::map<std::string_view, std::int64_t> sizes = {
      {"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"I64", 8},
      {"I32", 4}, {"I16", 2}, {"I8", 1},  {"U8", 1},   {"BOOL", 1}};
  const auto found = sizes.find(dtype);
  return found == sizes.end() ? 0 : found->second;
}

std::string write_header(SafetensorsHeader& header) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  if (!header.metadata.empty()) json[kMetadata] = header.metadata;
  std::int64_t position = 0;
  for (auto& entry : header.entries) {
    entry.begin = position;
    entry.end = position += byte_count(entry).value();
    json[entry.name] = {
        {"dtype", entry.dtype}, {"shape", entry.shape}, {"data_offsets", {entry.begin, entry.end}}};
  }
  // Paths in the metadata need not be UTF-8; JSON must be.
  std::string text = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::string length(kLengthBytes, '\0');
  const std::uint64_t size = text.size();
  std::memcpy(length.data(), &size, sizeof size);
  return length + text;
}

SafetensorsHeader read_header(const Descriptor& file, const std::filesystem::path& path) {
  const std::int64_t size = file_size(file, path);
  const std::string text = read_text(file, path, size);
  const Json json = parse(text, path);
  SafetensorsHeader header;
  for (const auto& [name, value] : json.items()) {
    if (name == kMetadata) {
      header.metadata = parse_metadata(value, path);
    } else {
      header.entries.push_back(parse_entry(name, value, path));
    }
  }
  // Empty tensors first where they share an offset; names make the order the same everywhere.
  std::sort(header.entries.begin(), header.entries.end(),
            [](const TensorEntry& a, const TensorEntry& b) {
              return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
            });
  header.data = kLengthBytes + static_cast<std::int64_t>(text.size());
  check_layout(header.entries, size - header.data, path);
  return header;
}

}  // namespace sslhost::host
