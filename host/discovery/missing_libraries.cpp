// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/missing_libraries.hpp"

#include <memory>
#include <sstream>

#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>

#include "host/discovery/child.hpp"
#include "host/storage/descriptor.hpp"

namespace sslhost::host {

namespace {

/// The program's RUNPATH; empty where it has none.
std::string run_path(const std::filesystem::path& program) {
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

MissingLibraries missing_libraries(const std::filesystem::path& program) {
  MissingLibraries missing;
  const auto traced = run_child("/usr/bin/env", {"LD_TRACE_LOADED_OBJECTS=1", program.string()},
                                std::chrono::seconds(20));
  std::istringstream lines(traced.output);
  for (std::string line; std::getline(lines, line);)
    if (const auto end = line.find(" => not found"); end != std::string::npos)
      missing.names.push_back(line.substr(line.find_first_not_of(" \t"))
                                  .substr(0, end - line.find_first_not_of(" \t")));
  std::istringstream folders(run_path(program));
  const auto own = program.parent_path().string();
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (folder.starts_with("$ORIGIN")) folder.replace(0, 7, own);
    missing.looked_in.push_back(folder);
  }
  return missing;
}

}  // namespace sslhost::host
