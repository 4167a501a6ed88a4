// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/cvat_labels.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string_view>

#include <expat.h>
#include <sys/random.h>

// Debian's Expat asks glibc 2.36 for it, to seed a hash table; nothing else of sslhost needs a
// glibc younger than 2.34, and so it would not run on Ubuntu 22.04. In this file, which is linked
// before Expat is.
extern "C" void arc4random_buf(void* to, std::size_t size) {
  auto* at = static_cast<char*>(to);
  while (size > 0) {
    const auto got = ::getrandom(at, size, 0);
    if (got < 0 && errno != EINTR) std::abort();
    if (got < 0) continue;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
}

namespace sslhost::host {

namespace {

class CvatReader {
 public:
  CvatReader() : parser_(XML_ParserCreate(nullptr), XML_ParserFree) {
    if (!parser_) throw std::bad_alloc();
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(
        parser_.get(),
        [](void* self, const char* name, const char** attributes) {
          static_cast<CvatReader*>(self)->guarded(&CvatReader::begin, name, attributes);
        },
        [](void* self, const char*) { --static_cast<CvatReader*>(self)->depth_; });
    XML_SetStartDoctypeDeclHandler(
        parser_.get(), [](void* self, const char*, const char*, const char*, int) {
          static_cast<CvatReader*>(self)->guarded(&CvatReader::refuse_document_type);
        });
  }

  void read(std::istream& in) {
    std::array<char, 1 << 16> bytes;
    for (bool last = false; !last;) {
      in.read(bytes.data(), bytes.size());
      last = in.gcount() < static_cast<std::streamsize>(bytes.size());
      if (XML_Parse(parser_.get(), bytes.data(), static_cast<int>(in.gcount()), last) ==
          XML_STATUS_OK)
        continue;
      if (error_) std::rethrow_exception(error_);
      fail(XML_ErrorString(XML_GetErrorCode(parser_.get())));
    }
    if (!has_image_) throw std::invalid_argument("no image");
  }

  std::vector<std::pair<std::string, std::string>> labels;

 private:
  /// No exception may pass through the library, which is written in C.
  template <class... Arguments>
  void guarded(void (CvatReader::*what)(Arguments...), Arguments... arguments) noexcept {
    if (error_) return;  // it tells of one more element after it was stopped
    try {
      (this->*what)(arguments...);
    } catch (...) {
      error_ = std::current_exception();
      XML_StopParser(parser_.get(), XML_FALSE);
    }
  }

  void begin(const char* name, const char** attributes) {
    constexpr int kMostDepth = 64;
    const std::string_view element = name;
    if (++depth_ > kMostDepth) fail("more than 64 elements within each other");
    if (depth_ == 1 && element != "annotations")
      fail("an element '" + std::string(element.substr(0, 40)) + "' in the place of 'annotations'");
    if (depth_ == 2) is_image_ = element == "image";
    if (depth_ == 2 && is_image_)
      image_ = attribute("name", "an image without its name", attributes);
    if (depth_ == 3 && is_image_ && element == "tag")
      labels.emplace_back(image_, attribute("label", "a tag without its label", attributes));
    has_image_ = has_image_ || is_image_;
  }

  std::string attribute(std::string_view name, const char* missing, const char** attributes) const {
    for (; *attributes != nullptr; attributes += 2)
      if (attributes[0] == name && *attributes[1] != '\0') return attributes[1];
    fail(missing);
  }

  void refuse_document_type() { fail("a document type (<!DOCTYPE ...>), which is not read"); }

  [[noreturn]] void fail(const std::string& what) const {
    throw std::invalid_argument("line " + std::to_string(XML_GetCurrentLineNumber(parser_.get())) +
                                ": " + what);
  }

  std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser_;
  int depth_ = 0;
  bool is_image_ = false, has_image_ = false;
  std::string image_;
  std::exception_ptr error_;
};

}  // namespace

std::vector<std::pair<std::string, std::string>> cvat_labels(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  CvatReader reader;
  reader.read(in);
  return std::move(reader.labels);
}

}  // namespace sslhost::host
