// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/run_path.hpp"

#include <memory>
#include <sstream>

#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

namespace {

/// As the file has it, folders joined by colons.
std::string joined_run_path(const std::filesystem::path& program) {
  elf_version(EV_CURRENT);
  const Descriptor file(open(program.c_str(), O_RDONLY | O_CLOEXEC));
  const std::unique_ptr<Elf, int (*)(Elf*)> elf(elf_begin(file.get(), ELF_C_READ, nullptr),
                                                elf_end);
  if (!elf) return {};
  GElf_Shdr section;
  for (Elf_Scn* s = nullptr; (s = elf_nextscn(elf.get(), s)) != nullptr;) {
    if (gelf_getshdr(s, &section) == nullptr || section.sh_type != SHT_DYNAMIC) continue;
    Elf_Data* data = elf_getdata(s, nullptr);
    GElf_Dyn entry;
    for (int i = 0; data != nullptr && gelf_getdyn(data, i, &entry) != nullptr; ++i) {
      if (entry.d_tag != DT_RUNPATH && entry.d_tag != DT_RPATH) continue;
      const char* text = elf_strptr(elf.get(), section.sh_link, entry.d_un.d_val);
      return text == nullptr ? "" : text;
    }
  }
  return {};
}

}  // namespace

std::vector<std::filesystem::path> run_path(const std::filesystem::path& program) {
  constexpr std::string_view kOrigin = "$ORIGIN";
  std::vector<std::filesystem::path> all;
  std::istringstream folders(joined_run_path(program));
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (folder.starts_with(kOrigin))
      folder.replace(0, kOrigin.size(), program.parent_path().string());
    all.emplace_back(folder);
  }
  return all;
}

}  // namespace sslhost::host
