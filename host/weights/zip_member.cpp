// SPDX-License-Identifier: Apache-2.0
#include "host/weights/zip_member.hpp"

#include "host/weights/weights_source.hpp"
#include "host/weights/zip_archive.hpp"

namespace sslhost::host {

std::vector<std::byte> read_zip_member(const std::filesystem::path& file, std::string_view ending) {
  const std::vector<std::byte> bytes = read_file(file, "a zip archive");
  const WeightsSource source{bytes, file.string(), file.string()};
  const ZipArchive archive(source);
  const std::string* found = nullptr;
  const std::string expected = "one member whose name ends with " + std::string(ending);
  for (const auto& [name, member] : archive.members()) {
    if (!name.ends_with(ending)) continue;
    if (found != nullptr) {
      source.stop("", expected, shown(*found) + " and " + shown(name),
                  "unpack the archive and name the file that is meant");
    }
    found = &name;
  }
  if (found == nullptr) source.stop("", expected, "none", "name another archive");
  return archive.read(*found, source.most_unpacked());
}

}  // namespace sslhost::host
