// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/library_facts.hpp"

#include <string_view>

#include "host/discovery/elf_file.hpp"

namespace sslhost::host {

namespace {

std::vector<std::string> split_at_colons(std::string_view text) {
  std::vector<std::string> parts;
  for (size_t start = 0, end = 0; end != text.npos; start = end + 1) {
    end = text.find(':', start);
    parts.emplace_back(text.substr(start, end == text.npos ? end : end - start));
  }
  return parts;
}

void read_dynamic(Elf* elf, Elf_Data* data, size_t strings, LibraryFacts& facts) {
  GElf_Dyn entry;
  for (int i = 0; gelf_getdyn(data, i, &entry) != nullptr; ++i) {
    if (entry.d_tag == DT_NULL) return;
    const bool is_path = entry.d_tag == DT_RUNPATH || entry.d_tag == DT_RPATH;
    if (entry.d_tag != DT_NEEDED && !is_path) continue;
    const char* text = elf_strptr(elf, strings, entry.d_un.d_val);
    if (text == nullptr) continue;
    if (is_path) {
      for (auto& folder : split_at_colons(text)) facts.run_path.push_back(std::move(folder));
    } else {
      facts.needed.emplace_back(text);
    }
  }
}

void read_symbols(Elf* elf, Elf_Data* data, size_t strings, LibraryFacts& facts) {
  GElf_Sym symbol;
  for (int i = 0; gelf_getsym(data, i, &symbol) != nullptr; ++i) {
    const auto binding = GELF_ST_BIND(symbol.st_info);
    const auto visibility = GELF_ST_VISIBILITY(symbol.st_other);
    const char* name = elf_strptr(elf, strings, symbol.st_name);
    if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx == SHN_ABS || binding == STB_LOCAL ||
        visibility == STV_HIDDEN || name == nullptr || *name == '\0')
      continue;
    facts.exported.emplace_back(name);
    if (binding == STB_GNU_UNIQUE) facts.unique.emplace_back(name);
  }
}

}  // namespace

LibraryFacts library_facts(const std::filesystem::path& file) {
  LibraryFacts facts;
  const ElfFile elf(file);
  elf.for_sections({SHT_DYNAMIC, SHT_DYNSYM}, [&](const GElf_Shdr& section, Elf_Data* data) {
    if (section.sh_type == SHT_DYNAMIC)
      read_dynamic(elf.get(), data, section.sh_link, facts);
    else
      read_symbols(elf.get(), data, section.sh_link, facts);
  });
  return facts;
}

}  // namespace sslhost::host
