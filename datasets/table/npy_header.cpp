// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/npy_header.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "sslhost/error.hpp"

#include "datasets/delimited/other_content.hpp"
#include "datasets/delimited/text.hpp"

namespace sslhost::table {

namespace {

using delimited::in_quotes;

constexpr std::string_view kMagic = "\x93NUMPY";
const char* const kSaveAgain = "save it again: numpy.save(FILE, array.astype('float32'))";

[[noreturn]] void fail(const std::string& name, const std::string& expected,
                       const std::string& found, const std::string& next = kSaveAgain) {
  throw Error(ExitCode::data, {name, expected, found, next});
}

/// Reads the dictionary's text, from left to right.
class Dictionary {
 public:
  Dictionary(std::string_view text, const std::string& name) : rest_(text), name_(name) {}

  void read(NpyHeader& header) {
    bool type = false, order = false, shape = false;
    take('{');
    while (!takes('}')) {
      const auto key = quoted();
      take(':');
      if (key == "descr" && !type) {
        read_type(header);
        type = true;
      } else if (key == "fortran_order" && !order) {
        header.fortran_order = boolean();
        order = true;
      } else if (key == "shape" && !shape) {
        header.shape = tuple();
        shape = true;
      } else {
        damaged();
      }
      if (!takes(',') && !next_is('}')) damaged();
    }
    skip_blanks();
    if (!rest_.empty() || !type || !order || !shape) damaged();
  }

 private:
  [[noreturn]] void damaged() const {
    fail(name_, "a header with descr, fortran_order and shape",
         "damage before " + in_quotes(rest_));
  }
  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size()));
  }
  bool next_is(char c) {
    skip_blanks();
    return rest_.starts_with(c);
  }
  bool takes(char c) {
    const bool found = next_is(c);
    if (found) rest_.remove_prefix(1);
    return found;
  }
  void take(char c) {
    if (!takes(c)) damaged();
  }

  std::string_view quoted() {
    const char quote = next_is('"') ? '"' : '\'';
    take(quote);
    const auto end = rest_.find(quote);
    if (end == rest_.npos) damaged();
    const auto text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return text;
  }

  bool boolean() {
    skip_blanks();
    for (const std::string_view word : {"True", "False"})
      if (rest_.starts_with(word)) {
        rest_.remove_prefix(word.size());
        return word == "True";
      }
    damaged();
  }

  std::vector<int64_t> tuple() {
    std::vector<int64_t> lengths;
    take('(');
    while (!takes(')')) {
      skip_blanks();
      int64_t length = -1;
      const auto [stop, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), length);
      if (error != std::errc() || length < 0 || lengths.size() >= 32) damaged();
      rest_.remove_prefix(static_cast<size_t>(stop - rest_.data()));
      takes('L');  // of Python 2
      lengths.push_back(length);
      if (!takes(',') && !next_is(')')) damaged();
    }
    return lengths;
  }

  void read_type(NpyHeader& header) {
    const char* const expected = "float16, float32, float64, or whole numbers of 8 to 64 bits";
    if (!next_is('\'') && !next_is('"')) fail(name_, expected, "records of several values");
    const auto text = quoted();
    constexpr std::string_view kTypes[] = {"f2", "f4", "f8", "i1", "i2", "i4",
                                           "i8", "u1", "u2", "u4", "u8", "b1"};
    const auto type = text.substr(std::min<size_t>(1, text.size()));
    if (text.starts_with('>') && type.size() == 2 && type[1] != '1')
      fail(name_, "little endian values", "big endian ones, " + in_quotes(text));
    if (std::ranges::find(kTypes, type) == std::end(kTypes) ||
        std::string_view("<|=>").find(text.front()) == std::string_view::npos)
      fail(name_, expected,
           in_quotes(text) +
               (type.starts_with('O') ? ": Python objects, which are not opened" : ""));
    header.kind = type[0];
    header.size = static_cast<size_t>(type[1] - '0');
  }

  std::string_view rest_;
  const std::string& name_;
};

/// The length of the text and where it begins. Throws where the file is too short for both.
std::string_view dictionary_of(std::span<const uint8_t> file, const std::string& name) {
  const char* const expected = "an .npy file of version 1, 2 or 3";
  if (!is_npy(file)) {
    const auto other = delimited::other_content(
        {reinterpret_cast<const char*>(file.data()), std::min<size_t>(file.size(), 64)});
    fail(name, expected, other.empty() ? "other bytes at its beginning" : other);
  }
  if (file.size() < 12) fail(name, expected, "a file that is cut off");
  const int version = file[6];
  if (version < 1 || version > 3) fail(name, expected, "version " + std::to_string(version));
  const size_t bytes = version == 1 ? 2 : 4;
  size_t length = 0;
  for (size_t i = bytes; i-- > 0;) length = length << 8 | file[8 + i];
  const size_t begin = 8 + bytes;
  if (length > file.size() - begin)
    fail(name, "a header of " + std::to_string(length) + " bytes",
         std::to_string(file.size() - begin) + " bytes behind its length", "copy the file again");
  return {reinterpret_cast<const char*>(file.data()) + begin, length};
}

}  // namespace

bool is_npy(std::span<const uint8_t> file) {
  return file.size() >= kMagic.size() &&
         std::equal(kMagic.begin(), kMagic.end(), file.begin(),
                    [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; });
}

NpyHeader npy_header(std::span<const uint8_t> file, const std::string& name) {
  const auto text = dictionary_of(file, name);
  NpyHeader header;
  Dictionary(text, name).read(header);
  header.offset = static_cast<size_t>(reinterpret_cast<const uint8_t*>(text.data()) - file.data()) +
                  text.size();
  auto bytes = static_cast<int64_t>(header.size);  // values() must not overflow on its way to 0
  for (const auto length : header.shape)
    if (__builtin_mul_overflow(bytes, length, &bytes))
      fail(name, "a shape of fewer than 2^63 bytes", "a larger one", "copy the file again");
  if (static_cast<size_t>(bytes) != file.size() - header.offset)
    fail(name, std::to_string(bytes) + " bytes of values, as its shape says",
         std::to_string(file.size() - header.offset), "copy the file again");
  return header;
}

}  // namespace sslhost::table
