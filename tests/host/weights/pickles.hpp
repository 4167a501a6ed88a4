// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pickles written by hand, and files of the older format around them.

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>

namespace sslhost::host {

inline std::string little_endian(std::uint64_t number, std::size_t size) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes.substr(0, size);
}

inline std::string pickled(const std::string& text) {
  return "X" + little_endian(text.size(), 4) + text;
}

inline std::string pickled(std::int64_t number) {
  return "\x8a\x08" + little_endian(static_cast<std::uint64_t>(number), 8);
}

inline std::string pickled(std::initializer_list<std::int64_t> numbers) {
  std::string text = "(";
  for (const auto number : numbers) text += pickled(number);
  return text + "t";
}

inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}

inline std::string storage(const std::string& key, std::int64_t elements,
                           const std::string& type = "FloatStorage") {
  return "(" + pickled("storage") + global("torch", type) + pickled(key) + pickled("cpu") +
         pickled(elements) + "tQ";
}

/// offset, shape and strides are pickled.
inline std::string tensor(const std::string& storage, const std::string& offset,
                          const std::string& shape, const std::string& strides) {
  return global("torch._utils", "_rebuild_tensor_v2") + "(" + storage + offset + shape + strides +
         "\x89" + global("collections", "OrderedDict") + ")RtR";
}

inline std::string pickle(const std::string& body) { return "\x80\x02" + body + "."; }

/// A file of the older format. `keys` is a pickled list, `storages` what follows.
inline std::string old_file(const std::string& object, const std::string& keys = "]",
                            const std::string& storages = "") {
  const std::string magic("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 12);
  return pickle(magic) + pickle(pickled(1001)) + pickle("}" + pickled("little_endian") + "\x88s") +
         pickle(object) + pickle(keys) + storages;
}

/// {"w": TENSOR} over one storage "0" of `elements` floats, as the file has them.
inline std::string one_tensor(const std::string& tensor, std::size_t elements = 4) {
  return old_file("}" + pickled("w") + tensor + "s", "]" + pickled("0") + "a",
                  little_endian(elements, 8) + std::string(4 * elements, '\1'));
}

}  // namespace sslhost::host
