// SPDX-License-Identifier: Apache-2.0
#include "datasets/idx/byte_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "sslhost/error.hpp"

namespace sslhost::idx {

namespace {

constexpr size_t kPacked = 64 << 10;
constexpr size_t kMostAtOnce = 1 << 30;  // zlib counts in 32 bits
constexpr int kGzipOnly = 16;            // added to zlib's window bits: a gzip header is required

}  // namespace

ByteReader ByteReader::file(const std::string& path) {
  FilePtr file(std::fopen(path.c_str(), "rb"));
  if (!file)
    throw Error(ExitCode::data, {path, "a readable file", std::strerror(errno),
                                 "check the path given with --data"});
  return ByteReader(path, std::move(file));
}

ByteReader ByteReader::memory(const std::string& name, std::span<const uint8_t> bytes) {
  // Opened for reading only, so the const_cast is never written through.
  FilePtr file(fmemopen(const_cast<uint8_t*>(bytes.data()), bytes.size(), "rb"));
  if (!file) throw std::bad_alloc();
  return ByteReader(name, std::move(file));
}

ByteReader::ByteReader(std::string name, FilePtr file)
    : name_(std::move(name)), file_(std::move(file)), packed_(kPacked) {
  refill();
  gzip_ = zip_.avail_in >= 2 && packed_[0] == 0x1f && packed_[1] == 0x8b;
  if (gzip_ && inflateInit2(&zip_, MAX_WBITS + kGzipOnly) != Z_OK) throw std::bad_alloc();
}

ByteReader::~ByteReader() {
  if (gzip_) inflateEnd(&zip_);
}

bool ByteReader::refill() {
  const size_t got = std::fread(packed_.data(), 1, packed_.size(), file_.get());
  if (std::ferror(file_.get()))
    throw Error(ExitCode::data, {name_, "a readable file", std::strerror(errno)});
  zip_.next_in = packed_.data();
  zip_.avail_in = static_cast<uInt>(got);
  return got > 0;
}

size_t ByteReader::read(std::span<uint8_t> out) {
  out = out.first(std::min(out.size(), kMostAtOnce));
  const size_t got = gzip_ ? unpack(out) : copy(out);
  offset_ += got;
  return got;
}

size_t ByteReader::copy(std::span<uint8_t> out) {
  if (zip_.avail_in == 0 && !refill()) return 0;
  const size_t count = std::min<size_t>(out.size(), zip_.avail_in);
  std::memcpy(out.data(), zip_.next_in, count);
  zip_.next_in += count;
  zip_.avail_in -= static_cast<uInt>(count);
  return count;
}

size_t ByteReader::unpack(std::span<uint8_t> out) {
  zip_.next_out = out.data();
  zip_.avail_out = static_cast<uInt>(out.size());
  const auto damaged = [&](const std::string& found) {
    const size_t done = out.size() - zip_.avail_out;
    throw Error(ExitCode::data, {place(offset_ + done), "a complete gzip stream", found,
                                 "copy or download the file again"});
  };
  while (zip_.avail_out > 0 && !ended_) {
    if (zip_.avail_in == 0 && !refill()) damaged("the end of the file");
    const int status = inflate(&zip_, Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
      ended_ = zip_.avail_in == 0 && !refill();
      if (!ended_)
        inflateReset(&zip_);  // RFC 1952: a file may hold several streams, but nothing else
    } else if (status != Z_OK) {
      damaged(zip_.msg ? zip_.msg : "damaged data");
    }
  }
  return out.size() - zip_.avail_out;
}

std::string ByteReader::place(uint64_t offset) const {
  return name_ + ", byte " + std::to_string(offset) + (gzip_ ? " unpacked" : "");
}

}  // namespace sslhost::idx
