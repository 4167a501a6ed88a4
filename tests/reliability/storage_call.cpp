// SPDX-License-Identifier: Apache-2.0
#include "tests/reliability/storage_call.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <utility>

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace sslhost::testing {

namespace {

namespace fs = std::filesystem;

/// Which of a call's six arguments is what; -1: none.
struct Shape {
  int number;
  const char* name;
  CallKind kind;
  int file = -1;               ///< a descriptor that the call is about
  int folder = -1, path = -1;  ///< a name, and the descriptor that it begins at (-1: the folder)
  int to_folder = -1, to = -1;
  int flags = -1;  ///< of open(2)
  bool makes = false;
};

constexpr Shape kShapes[] = {
    {.number = SYS_open, .name = "open", .kind = CallKind::open, .path = 0, .flags = 1},
    {.number = SYS_openat,
     .name = "open",
     .kind = CallKind::open,
     .folder = 0,
     .path = 1,
     .flags = 2},
    {.number = SYS_creat, .name = "creat", .kind = CallKind::open, .path = 0, .makes = true},
    {.number = SYS_write, .name = "write", .kind = CallKind::write, .file = 0},
    {.number = SYS_pwrite64, .name = "pwrite", .kind = CallKind::write, .file = 0},
    {.number = SYS_writev, .name = "writev", .kind = CallKind::write, .file = 0},
    {.number = SYS_copy_file_range, .name = "copy_file_range", .kind = CallKind::write, .file = 2},
    {.number = SYS_sendfile, .name = "sendfile", .kind = CallKind::write, .file = 0},
    {.number = SYS_fallocate, .name = "fallocate", .kind = CallKind::write, .file = 0},
    {.number = SYS_close, .name = "close", .kind = CallKind::close, .file = 0},
    {.number = SYS_fsync, .name = "fsync", .kind = CallKind::sync, .file = 0},
    {.number = SYS_fdatasync, .name = "fdatasync", .kind = CallKind::sync, .file = 0},
    {.number = SYS_ftruncate, .name = "ftruncate", .kind = CallKind::truncate, .file = 0},
    {.number = SYS_truncate, .name = "truncate", .kind = CallKind::truncate, .path = 0},
    {.number = SYS_flock, .name = "flock", .kind = CallKind::lock, .file = 0},
    {.number = SYS_rename, .name = "rename", .kind = CallKind::rename, .path = 0, .to = 1},
    {.number = SYS_renameat,
     .name = "rename",
     .kind = CallKind::rename,
     .folder = 0,
     .path = 1,
     .to_folder = 2,
     .to = 3},
    {.number = SYS_renameat2,
     .name = "rename",
     .kind = CallKind::rename,
     .folder = 0,
     .path = 1,
     .to_folder = 2,
     .to = 3},
    {.number = SYS_unlink, .name = "unlink", .kind = CallKind::remove, .path = 0},
    {.number = SYS_unlinkat, .name = "unlink", .kind = CallKind::remove, .folder = 0, .path = 1},
    {.number = SYS_rmdir, .name = "rmdir", .kind = CallKind::remove, .path = 0},
    {.number = SYS_mkdir, .name = "mkdir", .kind = CallKind::make, .path = 0, .makes = true},
    {.number = SYS_mkdirat,
     .name = "mkdir",
     .kind = CallKind::make,
     .folder = 0,
     .path = 1,
     .makes = true},
    {.number = SYS_link, .name = "link", .kind = CallKind::link, .path = 0, .to = 1},
    {.number = SYS_linkat,
     .name = "link",
     .kind = CallKind::link,
     .folder = 0,
     .path = 1,
     .to_folder = 2,
     .to = 3},
    {.number = SYS_symlink, .name = "symlink", .kind = CallKind::make, .path = 1, .makes = true},
    {.number = SYS_symlinkat,
     .name = "symlink",
     .kind = CallKind::make,
     .folder = 1,
     .path = 2,
     .makes = true},
};

std::string text_at(pid_t thread, unsigned long long address) {
  std::string text;
  std::array<char, 256> piece;
  while (text.size() < 4096) {
    // Up to the end of the page: the next one need not be there.
    const auto count = std::min<size_t>(piece.size(), 4096 - (address + text.size()) % 4096);
    const iovec here = {piece.data(), count};
    const iovec there = {reinterpret_cast<void*>(address + text.size()), count};
    const auto got = ::process_vm_readv(thread, &here, 1, &there, 1, 0);
    if (got <= 0) break;
    const auto* end = std::find(piece.data(), piece.data() + got, '\0');
    text.append(piece.data(), static_cast<size_t>(end - piece.data()));
    if (end != piece.data() + got) break;
  }
  return text;
}

fs::path link_of(const std::string& link) {
  std::error_code none;
  return fs::read_symlink(link, none);
}

fs::path of_descriptor(pid_t thread, int descriptor) {
  return link_of("/proc/" + std::to_string(thread) + "/fd/" + std::to_string(descriptor));
}

fs::path of_name(pid_t thread, int folder, const std::string& name) {
  const fs::path given = name;
  if (given.is_absolute()) return given.lexically_normal();
  const auto start = folder == AT_FDCWD ? link_of("/proc/" + std::to_string(thread) + "/cwd")
                                        : of_descriptor(thread, folder);
  return (start / given).lexically_normal();
}

bool is_below(const fs::path& path, const fs::path& root) {
  const auto text = path.string(), start = root.string();
  return text == start || text.starts_with(start + "/");
}

/// Of a file that is only read: no concern of ours.
bool is_for_reading(int flags) {
  return (flags & O_ACCMODE) == O_RDONLY && (flags & (O_DIRECTORY | O_CREAT)) == 0;
}

int flags_of(pid_t thread, int descriptor) {
  const auto place = "/proc/" + std::to_string(thread) + "/fdinfo/" + std::to_string(descriptor);
  unsigned flags = 0;
  if (FILE* file = std::fopen(place.c_str(), "re")) {
    if (std::fscanf(file, "pos:%*d flags:%o", &flags) != 1) flags = 0;
    std::fclose(file);
  }
  return static_cast<int>(flags);
}

}  // namespace

const int kStorageCallCount = static_cast<int>(std::size(kShapes));
const int kStorageCalls[] = {SYS_open,      SYS_openat,    SYS_creat,           SYS_write,
                             SYS_pwrite64,  SYS_writev,    SYS_copy_file_range, SYS_sendfile,
                             SYS_fallocate, SYS_close,     SYS_fsync,           SYS_fdatasync,
                             SYS_ftruncate, SYS_truncate,  SYS_flock,           SYS_rename,
                             SYS_renameat,  SYS_renameat2, SYS_unlink,          SYS_unlinkat,
                             SYS_rmdir,     SYS_mkdir,     SYS_mkdirat,         SYS_link,
                             SYS_linkat,    SYS_symlink,   SYS_symlinkat};
static_assert(std::size(kStorageCalls) == std::size(kShapes));

bool StorageCall::takes_space() const {
  return kind == CallKind::write || kind == CallKind::make || kind == CallKind::rename ||
         kind == CallKind::link || kind == CallKind::sync || (kind == CallKind::open && may_make);
}

std::optional<StorageCall> storage_call(pid_t thread, const user_regs_struct& registers,
                                        const fs::path& root) {
  const auto* shape = std::find_if(std::begin(kShapes), std::end(kShapes), [&](const Shape& s) {
    return std::cmp_equal(s.number, registers.orig_rax);
  });
  if (shape == std::end(kShapes)) return std::nullopt;
  const unsigned long long arguments[] = {registers.rdi, registers.rsi, registers.rdx,
                                          registers.r10, registers.r8,  registers.r9};
  const auto number = [&](int index, int otherwise) {
    return index < 0 ? otherwise : static_cast<int>(arguments[index]);
  };
  StorageCall call = {.kind = shape->kind, .name = shape->name, .path = {}, .to = {}};
  call.may_make = shape->makes;
  if (shape->file >= 0) {
    const int file = number(shape->file, -1);
    call.path = of_descriptor(thread, file);
    if (call.kind == CallKind::close && is_for_reading(flags_of(thread, file))) return std::nullopt;
  } else {
    call.path =
        of_name(thread, number(shape->folder, AT_FDCWD), text_at(thread, arguments[shape->path]));
  }
  if (shape->to >= 0)
    call.to =
        of_name(thread, number(shape->to_folder, AT_FDCWD), text_at(thread, arguments[shape->to]));
  if (shape->flags >= 0) {
    const int flags = number(shape->flags, 0);
    if (is_for_reading(flags)) return std::nullopt;
    call.may_make = (flags & O_CREAT) != 0;
  }
  if (!is_below(call.path, root) && (call.to.empty() || !is_below(call.to, root)))
    return std::nullopt;
  return call;
}

}  // namespace sslhost::testing
