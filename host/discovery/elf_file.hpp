// SPDX-License-Identifier: Apache-2.0
#pragma once

// A library or program opened with libelf. Only for those who read its sections.

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

class ElfFile {
 public:
  /// Not blocking: a named pipe must not hold us up.
  explicit ElfFile(const std::filesystem::path& file)
      : ElfFile(Descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))) {}
  /// Read, not mapped: a file that shrinks while it is read must not end the process.
  explicit ElfFile(Descriptor opened) : opened_(std::move(opened)) {
    elf_version(EV_CURRENT);
    elf_.reset(elf_begin(opened_.get(), ELF_C_READ, nullptr));
  }

  /// Null where it cannot be opened.
  Elf* get() const { return elf_.get(); }
  int descriptor() const { return opened_.get(); }

  /// Calls f(section's header, its data) for those of one of the types.
  template <class F>
  void for_sections(std::initializer_list<unsigned> types, F f) const {
    GElf_Shdr header;
    for (Elf_Scn* s = nullptr; elf_ && (s = elf_nextscn(elf_.get(), s)) != nullptr;) {
      if (gelf_getshdr(s, &header) == nullptr) continue;
      if (std::find(types.begin(), types.end(), header.sh_type) == types.end()) continue;
      if (Elf_Data* data = elf_getdata(s, nullptr)) f(header, data);
    }
  }

 private:
  Descriptor opened_;
  std::unique_ptr<Elf, int (*)(Elf*)> elf_{nullptr, elf_end};
};

}  // namespace sslhost::host
