// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/npy.hpp"

#include <bit>
#include <cmath>
#include <cstring>

#include "sslhost/error.hpp"

#include "datasets/table/content.hpp"
#include "datasets/table/mapped_file.hpp"

namespace sslhost::table {

namespace {

static_assert(std::endian::native == std::endian::little);

/// IEEE 754 binary16.
double of_half(uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  double value = 0;
  if (exponent == 31)
    value = fraction == 0 ? INFINITY : NAN;
  else if (exponent == 0)
    value = std::ldexp(fraction, -24);
  else
    value = std::ldexp(1024 + fraction, exponent - 25);
  return bits >> 15 ? -value : value;
}

template <class T>
T number_at(const uint8_t* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

/// f(value) with the type that the header names, for each value in the file's order.
template <class F>
void for_each_value(const NpyHeader& header, const uint8_t* at, const F& f) {
  const auto all = [&]<class T>(T /*type*/) {
    const auto count = header.values();
    for (int64_t i = 0; i < count; ++i, at += sizeof(T)) f(i, number_at<T>(at));
  };
  const auto halves = [&] {
    const auto count = header.values();
    for (int64_t i = 0; i < count; ++i, at += 2) f(i, of_half(number_at<uint16_t>(at)));
  };
  switch (header.kind << 4 | static_cast<int>(header.size)) {
    case 'f' << 4 | 2:
      return halves();
    case 'f' << 4 | 4:
      return all(float());
    case 'f' << 4 | 8:
      return all(double());
    case 'i' << 4 | 1:
      return all(int8_t());
    case 'i' << 4 | 2:
      return all(int16_t());
    case 'i' << 4 | 4:
      return all(int32_t());
    case 'i' << 4 | 8:
      return all(int64_t());
    case 'u' << 4 | 2:
      return all(uint16_t());
    case 'u' << 4 | 4:
      return all(uint32_t());
    case 'u' << 4 | 8:
      return all(uint64_t());
    default:
      return all(uint8_t());  // u1, b1
  }
}

std::string text_of(const std::vector<int64_t>& shape) {
  std::string text = "[";
  for (const auto length : shape) text += (text == "[" ? "" : ",") + std::to_string(length);
  return text + "]";
}

/// Where a value of the file's order stands in rows, row by row.
class Places {
 public:
  explicit Places(const NpyHeader& header) : header_(header) {}
  size_t operator[](int64_t i) const {
    if (!header_.fortran_order) return static_cast<size_t>(i);
    int64_t place = 0, stride = header_.values();
    for (const auto length : header_.shape) {  // the first index runs fastest
      stride /= length;
      place += i % length * stride;
      i /= length;
    }
    return static_cast<size_t>(place);
  }

 private:
  const NpyHeader& header_;
};

std::shared_ptr<const float> values_of(const MappedFile& file, const NpyHeader& header) {
  const uint8_t* const begin = file.begin.get() + header.offset;
  if (header.kind == 'f' && header.size == 4 && !header.fortran_order &&
      header.offset % sizeof(float) == 0)
    return {file.begin, reinterpret_cast<const float*>(begin)};
  std::vector<float> values(static_cast<size_t>(header.values()));
  const Places places(header);
  for_each_value(header, begin,
                 [&](int64_t i, auto value) { values[places[i]] = static_cast<float>(value); });
  return owned(std::move(values));
}

}  // namespace

Array read_array(const std::filesystem::path& path) {
  const auto file = map_file(path);
  const auto header = npy_header(file.bytes(), path.string());
  const auto& shape = header.shape;
  const bool fits = shape.size() >= 2 && shape.size() <= 4 && header.values() > 0;
  if (!fits)
    throw Error(ExitCode::data,
                {path.string(), "samples [N,D] or [N,C,H,W]", text_of(shape),
                 shape.size() == 1 ? "a sample a row: array.reshape(-1, 1)" : "check the array"});
  Array array{.name = path.string(), .rows = shape[0], .values = values_of(file, header)};
  if (shape.size() == 2) array.shape = {shape[1], 1, 1};
  if (shape.size() == 3) array.shape = {1, shape[1], shape[2]};
  if (shape.size() == 4) array.shape = {shape[1], shape[2], shape[3]};
  return array;
}

std::vector<int64_t> read_numbers(const std::filesystem::path& path) {
  const auto file = map_file(path);
  const auto header = npy_header(file.bytes(), path.string());
  const auto& shape = header.shape;
  if (shape.empty() || shape.size() > 2 || (shape.size() == 2 && shape[1] != 1))
    throw Error(ExitCode::data, {path.string(), "labels [N]", text_of(shape),
                                 "one number a sample: of one-hot labels, labels.argmax(1)"});
  std::vector<int64_t> numbers(static_cast<size_t>(header.values()));
  const uint8_t* const begin = file.begin.get() + header.offset;
  for_each_value(header, begin, [&](int64_t i, auto value) {
    const auto number = static_cast<double>(value);
    const bool none = std::isnan(number);
    if (!none && (number != std::floor(number) || std::abs(number) > 1e9))
      throw Error(ExitCode::data,
                  {path.string() + ", value " + std::to_string(i + 1), "whole numbers as labels",
                   std::to_string(number), "number the classes; negative ones are unlabeled"});
    numbers[static_cast<size_t>(i)] = none ? -1 : static_cast<int64_t>(number);
  });
  return numbers;
}

}  // namespace sslhost::table
