// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/picture_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/images/format.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;
using images::Format;

constexpr int64_t kMostBytes = int64_t{256} << 20;

/// Of the open file: its name may lead elsewhere by now.
bool is_below(const Descriptor& file, const fs::path& real_folder) {
  std::error_code code;
  const auto real = fs::read_symlink("/proc/self/fd/" + std::to_string(file.get()), code);
  if (code) return false;
  const auto [end, unused] = std::ranges::mismatch(real_folder, real);
  return end == real_folder.end() || (std::next(end) == real_folder.end() && end->empty());
}

const char* type_of(const Descriptor& file) {
  std::array<uint8_t, 64> begin{};
  const auto n = ::pread(file.get(), begin.data(), begin.size(), 0);
  switch (images::format_of(std::span(begin.data(), n > 0 ? static_cast<size_t>(n) : 0))) {
    case Format::jpeg:
      return "image/jpeg";
    case Format::png:
      return "image/png";
    case Format::webp:
      return "image/webp";
    case Format::gif:
      return "image/gif";
    case Format::bmp:
      return "image/bmp";
    default:
      return nullptr;
  }
}

}  // namespace

PictureFile open_picture(const fs::path& file, const fs::path& real_folder) {
  PictureFile picture;
  // Without waiting: another process may have put a pipe there.
  picture.file = Descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status{};
  if (picture.file.get() < 0 || ::fstat(picture.file.get(), &status) != 0) {
    picture.why_not = "cannot be opened: " + std::generic_category().message(errno);
  } else if (!S_ISREG(status.st_mode)) {
    picture.why_not = "is no regular file";
  } else if (!is_below(picture.file, real_folder)) {
    picture.why_not = "is a link that leads out of the folder, and is not shown";
  } else if (status.st_size > kMostBytes) {
    picture.why_not = "has more than 256 MiB";
  } else if (const char* const type = type_of(picture.file)) {
    picture.type = type;
    picture.bytes = status.st_size;
  } else {
    picture.why_not = "is no JPEG, PNG, WebP, GIF or BMP";
  }
  return picture;
}

}  // namespace sslhost::host
