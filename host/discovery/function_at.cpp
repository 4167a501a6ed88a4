// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/function_at.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include <boost/core/demangle.hpp>

#include "host/discovery/elf_file.hpp"

namespace sslhost::host {

namespace {

/// Addresses in the file's symbols count from here: 0 but in programs with a fixed place.
uint64_t first_address(Elf* elf) {
  size_t count = 0;
  elf_getphdrnum(elf, &count);
  auto first = std::numeric_limits<uint64_t>::max();
  GElf_Phdr part;
  for (size_t i = 0; i < count; ++i)
    if (gelf_getphdr(elf, static_cast<int>(i), &part) != nullptr && part.p_type == PT_LOAD)
      first = std::min<uint64_t>(first, part.p_vaddr);
  constexpr uint64_t kPage = 4096;
  return first == std::numeric_limits<uint64_t>::max() ? 0 : first / kPage * kPage;
}

std::string name_in(Elf* elf, const GElf_Shdr& section, Elf_Data* data, uint64_t address) {
  GElf_Sym symbol;
  for (int i = 0; gelf_getsym(data, i, &symbol) != nullptr; ++i) {
    const bool holds = GELF_ST_TYPE(symbol.st_info) == STT_FUNC && address >= symbol.st_value &&
                       address - symbol.st_value < symbol.st_size;
    if (!holds) continue;
    const char* name = elf_strptr(elf, section.sh_link, symbol.st_name);
    return name == nullptr ? "" : name;
  }
  return {};
}

/// "(anonymous namespace)::Vat::step(sslhost::Step&)" is enough without what is behind its name.
std::string without_parameters(std::string_view text) {
  const std::string_view anonymous = "(anonymous namespace)";
  auto end = text.find('(');
  while (end != text.npos && text.substr(end).starts_with(anonymous))
    end = text.find('(', end + anonymous.size());
  return std::string(end == 0 ? text : text.substr(0, end));
}

}  // namespace

std::string function_at(const std::filesystem::path& file, uint64_t offset) {
  const ElfFile elf(file);
  if (elf.get() == nullptr || elf_kind(elf.get()) != ELF_K_ELF) return {};
  const auto address = first_address(elf.get()) + offset;
  std::string name;  // exported functions are in both tables, and the others in SHT_SYMTAB alone
  elf.for_sections({SHT_SYMTAB, SHT_DYNSYM}, [&](const GElf_Shdr& section, Elf_Data* data) {
    if (name.empty()) name = name_in(elf.get(), section, data, address);
  });
  return name.empty() ? name : without_parameters(boost::core::demangle(name.c_str()));
}

}  // namespace sslhost::host
