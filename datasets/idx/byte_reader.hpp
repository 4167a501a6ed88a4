// SPDX-License-Identifier: Apache-2.0
#pragma once

// The bytes of a plain or gzip file, or of the same in memory, piece after piece. Nothing is
// unpacked before it is asked for, so a small file that unpacks to terabytes costs no more than its
// reader is ready to take.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <zlib.h>

namespace sslhost::idx {

class ByteReader {
 public:
  /// Throws Error (data) where the file cannot be opened or read.
  static ByteReader file(const std::string& path);
  /// `bytes` must outlive the reader; `name` stands for the file in errors.
  static ByteReader memory(const std::string& name, std::span<const uint8_t> bytes);
  ByteReader(const ByteReader&) = delete;  // zlib's state points back to its stream
  ByteReader& operator=(const ByteReader&) = delete;
  ~ByteReader();

  /// The next bytes, out.size() at most; 0 only at the end. Throws Error (data) for a damaged gzip
  /// stream.
  size_t read(std::span<uint8_t> out);

  const std::string& name() const { return name_; }
  uint64_t offset() const { return offset_; }  ///< bytes handed out so far
  /// "train-images.gz, byte 16 unpacked", for errors.
  std::string place(uint64_t offset) const;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using FilePtr = std::unique_ptr<std::FILE, Close>;

  ByteReader(std::string name, FilePtr file);
  bool refill();  ///< false at the end of the file
  size_t copy(std::span<uint8_t> out);
  size_t unpack(std::span<uint8_t> out);

  std::string name_;
  FilePtr file_;
  std::vector<uint8_t> packed_;  // next_in and avail_in of zip_ are the cursor, for plain files too
  z_stream zip_ = {};
  bool gzip_ = false, ended_ = false;
  uint64_t offset_ = 0;
};

}  // namespace sslhost::idx
