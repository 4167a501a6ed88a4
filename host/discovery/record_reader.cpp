// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/record_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/discovery/elf_file.hpp"

namespace sslhost::host {

namespace {

#if defined(__x86_64__)
constexpr GElf_Half kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr GElf_Half kMachine = EM_AARCH64;
#else
#error "add this processor's ELF machine number"
#endif

bool within(uint64_t offset, uint64_t size, uint64_t file_size) {
  return offset <= file_size && size <= file_size - offset;
}

Reading truncated(uint64_t needed, uint64_t size) {
  return {State::truncated, "its header speaks of " + std::to_string(needed) +
                                " bytes or more, the file has " + std::to_string(size)};
}

/// The first byte range that the file's tables claim and the file does not have.
std::optional<uint64_t> missing_until(Elf* elf, const GElf_Ehdr& header, uint64_t size) {
  if (!within(header.e_shoff, uint64_t{header.e_shnum} * header.e_shentsize, size))
    return header.e_shoff + uint64_t{header.e_shnum} * header.e_shentsize;
  if (!within(header.e_phoff, uint64_t{header.e_phnum} * header.e_phentsize, size))
    return header.e_phoff + uint64_t{header.e_phnum} * header.e_phentsize;
  for (int i = 0; i < header.e_phnum; ++i) {
    GElf_Phdr segment;
    if (gelf_getphdr(elf, i, &segment) != nullptr &&
        !within(segment.p_offset, segment.p_filesz, size))
      return segment.p_offset + segment.p_filesz;
  }
  GElf_Shdr section;
  for (Elf_Scn* s = nullptr; (s = elf_nextscn(elf, s)) != nullptr;)
    if (gelf_getshdr(s, &section) != nullptr && section.sh_type != SHT_NOBITS &&
        !within(section.sh_offset, section.sh_size, size))
      return section.sh_offset + section.sh_size;
  return std::nullopt;
}

Elf_Data* find_section(Elf* elf, std::string_view wanted) {
  size_t names = 0;
  if (elf_getshdrstrndx(elf, &names) != 0) return nullptr;
  GElf_Shdr section;
  for (Elf_Scn* s = nullptr; (s = elf_nextscn(elf, s)) != nullptr;) {
    if (gelf_getshdr(s, &section) == nullptr) continue;
    const char* name = elf_strptr(elf, names, section.sh_name);
    if (name != nullptr && wanted == name) return elf_rawdata(s, nullptr);
  }
  return nullptr;
}

template <size_t N>
bool is_text(const char (&field)[N]) {
  const auto* end = std::find(field, field + N, '\0');
  return end != field && end != field + N &&
         std::all_of(field, end, [](unsigned char c) { return c >= ' ' && c != 0x7f; });
}

bool makes_sense(const Record& r) {
  const bool kind = r.kind == PluginKind::method || r.kind == PluginKind::dataset;
  const std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  return kind && is_text(r.id) && is_text(r.version) && is_text(r.summary) &&
         is_text(r.platform.library) && is_text(r.platform.compiler) &&
         std::string_view(r.id).find_first_not_of(allowed) == std::string_view::npos;
}

std::string sdk_text(const Platform& p) {
  return std::to_string(p.sdk_major) + "." + std::to_string(p.sdk_minor);
}

Reading parse_record(const Elf_Data& data) {
  constexpr size_t kHead = offsetof(Record, platform) + 2 * sizeof(uint16_t);
  Record record{};
  if (data.d_buf == nullptr || data.d_size < kHead)
    return {State::damaged, "its record is too short"};
  std::memcpy(&record, data.d_buf, std::min(data.d_size, sizeof(record)));
  if (std::memcmp(record.magic, kRecordMagic, sizeof(kRecordMagic)) != 0)
    return {State::damaged, "its record does not begin with SSLHOST"};
  if (record.size != data.d_size)
    return {State::damaged, "its record says " + std::to_string(record.size) +
                                " bytes, the section has " + std::to_string(data.d_size)};
  if (record.size != sizeof(Record))
    return {State::incompatible, "built for SDK " + sdk_text(record.platform) +
                                     ", whose record has another layout; this is SDK " +
                                     std::to_string(kSdkMajor) + "." + std::to_string(kSdkMinor)};
  if (!makes_sense(record))
    return {State::damaged, "the texts or the kind in its record make no sense"};
  return {State::ready, {}, record};
}

Reading read_library(Elf* elf, uint64_t size) {
  GElf_Ehdr header;
  if (elf == nullptr || elf_kind(elf) != ELF_K_ELF) return {State::foreign, "not a shared library"};
  if (gelf_getehdr(elf, &header) == nullptr)
    return {State::truncated, "ends within its ELF header"};
  if (gelf_getclass(elf) != ELFCLASS64 || header.e_machine != kMachine)
    return {State::foreign, "a library for another processor"};
  if (const auto needed = missing_until(elf, header, size)) return truncated(*needed, size);
  if (header.e_type != ET_DYN)
    return {State::foreign, "an object file or program, not a shared library"};
  const Elf_Data* data = find_section(elf, kRecordSection);
  if (data == nullptr)
    return {State::foreign,
            "a library without a record: it was not made with SSLHOST_METHOD or SSLHOST_DATASET"};
  return parse_record(*data);
}

}  // namespace

Reading read_record(const std::filesystem::path& file) {
  // Not blocking: a named pipe must not hold us up.
  Descriptor fd(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat facts = {};
  if (fd.get() < 0 || fstat(fd.get(), &facts) != 0)
    return {State::unreadable, std::strerror(errno)};
  if (!S_ISREG(facts.st_mode)) return {State::foreign, "not a regular file"};
  if (facts.st_size == 0) return {State::empty, "the file has no bytes"};
  const ElfFile elf(std::move(fd));
  const auto size = static_cast<uint64_t>(facts.st_size);
  char magic[4] = {};
  if (pread(elf.descriptor(), magic, sizeof(magic), 0) == sizeof(magic) &&
      std::memcmp(magic, ELFMAG, SELFMAG) == 0 && size < sizeof(Elf64_Ehdr))
    return truncated(sizeof(Elf64_Ehdr), size);
  return read_library(elf.get(), size);
}

}  // namespace sslhost::host
