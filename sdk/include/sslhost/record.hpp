// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a plugin says about itself in bytes: one pointer-free Record in the ELF section ".sslhost",
// read from the file before anything of it runs. plugin.hpp writes it, the host reads it. No
// LibTorch here: the front program includes this too.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace sslhost {

/// Version of this SDK. Until 1.0 a minor version may change the interface; afterwards it only adds
/// to it.
inline constexpr uint16_t kSdkMajor = 0;
inline constexpr uint16_t kSdkMinor = 2;  ///< of the same version

inline constexpr char kRecordSection[] = ".sslhost";  ///< of the ELF file
/// The first bytes of a Record.
inline constexpr char kRecordMagic[8] = {'S', 'S', 'L', 'H', 'O', 'S', 'T', '\0'};
inline constexpr char kEntryName[] = "sslhost_plugin_v1";  ///< symbol of the entry function

namespace detail {

/// Type information is compared by name across libraries: two plugins with a visible class `Net`
/// would be mixed up.
template <class T>
consteval bool in_anonymous_namespace() {
  const std::string_view name = __PRETTY_FUNCTION__;
  return name.find("{anonymous}") != name.npos || name.find("(anonymous") != name.npos;
}

}  // namespace detail

/// What a plugin is.
enum class PluginKind : uint32_t { method = 1, dataset = 2 };

/// What must agree, or be known, when two pieces of compiled code meet in one process.
struct Platform {
  uint16_t sdk_major, sdk_minor;  ///< first, so that they can be read from a record of any size
  uint16_t torch_major, torch_minor, torch_patch;  ///< LibTorch that it was compiled with
  uint16_t cuda_major, cuda_minor;  ///< toolkit of the CUDA code inside; 0.0: there is none
  uint16_t cxx11_abi;               ///< _GLIBCXX_USE_CXX11_ABI
  uint16_t library_major;           ///< of the standard library
  uint16_t compiler_major;          ///< of gcc or clang
  uint16_t checks;      ///< 1: _GLIBCXX_ASSERTIONS, 2: _GLIBCXX_DEBUG (which changes the layout of
                        ///< containers), kStableTier
  uint16_t sanitizers;  ///< 1: address, 2: thread
  char library[12];     ///< libstdc++ or libc++
  char compiler[12];    ///< gcc or clang
};

/// Of Platform::checks: C functions alone lie between plugin and host, and LibTorch's version is
/// the lowest that it takes (sslhost/stable.hpp).
inline constexpr uint16_t kStableTier = 4;

/// What a plugin says about itself. Texts end with a zero byte.
struct Record {
  char magic[8];      ///< kRecordMagic
  uint32_t size;      ///< sizeof(Record) as the plugin knows it
  Platform platform;  ///< what it was compiled with
  PluginKind kind;    ///< method or dataset
  char id[32];  ///< what --plugin and --dataset call it: lower-case letters, digits, '-' and '_'
  char version[24];   ///< the plugin's own
  char summary[160];  ///< a line for lists, UTF-8
};
static_assert(std::is_trivially_copyable_v<Record> && std::is_standard_layout_v<Record>);
static_assert(std::has_unique_object_representations_v<Record>,
              "padding would make equal records differ in bytes");
static_assert(offsetof(Record, platform) == 12,
              "found there by every host, whatever the record's size");

/// Both sides ask this: the host before it loads a plugin, the plugin's entry before it gives
/// anything away.
constexpr bool sdk_fits(const Platform& plugin, const Platform& host) {
  if (plugin.sdk_major != host.sdk_major) return false;
  return host.sdk_major == 0 ? plugin.sdk_minor == host.sdk_minor
                             : plugin.sdk_minor <= host.sdk_minor;
}

namespace detail {

template <size_t N>
consteval void put_text(char (&field)[N], std::string_view text) {
  if (text.empty() || text.size() >= N)
    throw "a plugin's id, version or summary is empty or too long";
  for (size_t i = 0; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) < ' ')
      throw "a plugin's id, version or summary has a control character";
    field[i] = text[i];
  }
}

consteval void put_compiler(Platform& p) {
#if defined(_LIBCPP_VERSION)
  put_text(p.library, "libc++");
  p.library_major = _LIBCPP_VERSION / 10000;
#else
  put_text(p.library, "libstdc++");
  p.library_major = _GLIBCXX_RELEASE;
  p.cxx11_abi = _GLIBCXX_USE_CXX11_ABI;
#endif
#if defined(__clang__)
  put_text(p.compiler, "clang");
  p.compiler_major = __clang_major__;
#else
  put_text(p.compiler, "gcc");
  p.compiler_major = __GNUC__;
#endif
}

consteval void put_checks([[maybe_unused]] Platform& p) {
#if defined(_GLIBCXX_ASSERTIONS)
  p.checks |= 1;
#endif
#if defined(_GLIBCXX_DEBUG)
  p.checks |= 2;
#endif
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  p.sanitizers |= 1;
#endif
#if __has_feature(thread_sanitizer)
  p.sanitizers |= 2;
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
  p.sanitizers |= 1;
#endif
#if defined(__SANITIZE_THREAD__)
  p.sanitizers |= 2;
#endif
}

/// LibTorch's and CUDA's versions are arguments, since only the caller may include their headers.
consteval Platform platform_here(int torch_major, int torch_minor, int torch_patch, int cuda_major,
                                 int cuda_minor) {
  Platform p{};
  p.sdk_major = kSdkMajor;
  p.sdk_minor = kSdkMinor;
  p.torch_major = static_cast<uint16_t>(torch_major);
  p.torch_minor = static_cast<uint16_t>(torch_minor);
  p.torch_patch = static_cast<uint16_t>(torch_patch);
  p.cuda_major = static_cast<uint16_t>(cuda_major);
  p.cuda_minor = static_cast<uint16_t>(cuda_minor);
  put_compiler(p);
  put_checks(p);
  return p;
}

consteval Record make_record(PluginKind kind, std::string_view id, std::string_view version,
                             std::string_view summary, const Platform& platform) {
  Record r{};
  for (size_t i = 0; i < sizeof(kRecordMagic); ++i) r.magic[i] = kRecordMagic[i];
  r.size = sizeof(Record);
  r.platform = platform;
  r.kind = kind;
  put_text(r.id, id);
  put_text(r.version, version);
  put_text(r.summary, summary);
  for (const char c : id)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
      throw "a plugin's id has lower-case letters, digits, '-' and '_' only";
  return r;
}

}  // namespace detail

}  // namespace sslhost

// The record as a constant in its section. `used`: nothing in the library need refer to it.
#define SSLHOST_DETAIL_RECORD(kind, id, version, summary, platform)                                \
  namespace {                                                                                      \
  __attribute__((section(".sslhost"), used)) constinit const ::sslhost::Record sslhost_record =    \
      ::sslhost::detail::make_record(::sslhost::PluginKind::kind, id, version, summary, platform); \
  }
