// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/compatibility.hpp"

#include <torch/version.h>  // macros only

#include "host/discovery/user_folders.hpp"

namespace sslhost::host {

namespace {

std::string dotted(int a, int b) { return std::to_string(a) + "." + std::to_string(b); }

std::string cuda_text(const Platform& p) {
  return p.cuda_major == 0 ? "none" : dotted(p.cuda_major, p.cuda_minor);
}

std::string sanitizers_text(const Platform& p) {
  std::string text;
  if (p.sanitizers & 1) text = "address";
  if (p.sanitizers & 2) text += text.empty() ? "thread" : "+thread";
  return text.empty() ? "none" : text;
}

std::string checks_text(const Platform& p) {
  if (p.checks & 2) return "_GLIBCXX_DEBUG";
  return p.checks & 1 ? "_GLIBCXX_ASSERTIONS" : "none";
}

std::string torch_text(const Platform& p) {
  return dotted(p.torch_major, p.torch_minor) + "." + std::to_string(p.torch_patch);
}

bool same_name(const char* a, const char* b) { return std::string_view(a) == b; }

/// C functions alone lie between the two: neither compiler nor C++ library matter.
std::vector<Difference> differences_of_stable(const Platform& p, const Platform& h) {
  std::vector<Difference> all;
  if (std::pair(p.torch_major, p.torch_minor) > std::pair(h.torch_major, h.torch_minor))
    all.push_back({"LibTorch", torch_text(p) + " or later", torch_text(h), true});
  if (p.sanitizers != h.sanitizers)
    all.push_back({"sanitizers", sanitizers_text(p), sanitizers_text(h), true});
  return all;
}

}  // namespace

Platform host_platform() {
  return detail::platform_here(TORCH_VERSION_MAJOR, TORCH_VERSION_MINOR, TORCH_VERSION_PATCH,
                               SSLHOST_HOST_CUDA);
}

std::vector<Difference> differences(const Platform& p, const Platform& h) {
  if (p.checks & kStableTier) return differences_of_stable(p, h);
  std::vector<Difference> all;
  const auto compare = [&](const char* field, std::string plugin, std::string host, bool fatal) {
    if (plugin != host) all.push_back({field, std::move(plugin), std::move(host), fatal});
  };
  compare("SDK", dotted(p.sdk_major, p.sdk_minor), dotted(h.sdk_major, h.sdk_minor),
          !sdk_fits(p, h));
  // LibTorch changes its C++ interface between minor versions.
  compare("LibTorch", torch_text(p), torch_text(h),
          p.torch_major != h.torch_major || p.torch_minor != h.torch_minor);
  // A plugin without CUDA code fits every host; one with it needs the runtime of the same major
  // version.
  if (p.cuda_major != 0) compare("CUDA", cuda_text(p), cuda_text(h), p.cuda_major != h.cuda_major);
  compare("C++11 ABI", std::to_string(p.cxx11_abi), std::to_string(h.cxx11_abi), true);
  // Releases of libstdc++ keep their ABI; a symbol that ours is too old for is found when the probe
  // loads the file.
  compare("standard library", p.library + (" " + std::to_string(p.library_major)),
          h.library + (" " + std::to_string(h.library_major)), !same_name(p.library, h.library));
  compare("compiler", p.compiler + (" " + std::to_string(p.compiler_major)),
          h.compiler + (" " + std::to_string(h.compiler_major)), false);
  compare("library checks", checks_text(p), checks_text(h), ((p.checks ^ h.checks) & 2) != 0);
  compare("sanitizers", sanitizers_text(p), sanitizers_text(h), true);
  return all;
}

bool any_fatal(const std::vector<Difference>& found) {
  for (const auto& d : found)
    if (d.fatal) return true;
  return false;
}

std::string to_text(const std::vector<Difference>& found) {
  std::string text;
  for (const auto& d : found)
    text += (text.empty() ? "" : "; ") + d.field + ": plugin " + d.plugin + ", host " + d.host;
  return text;
}

std::string rebuild_command(const std::filesystem::path& plugin_file) {
  const auto prefix = program_folder().parent_path();
  const auto beside = std::filesystem::relative(plugin_file, prefix).string();
  if (std::filesystem::exists(prefix / "CMakeCache.txt") && !beside.starts_with(".."))
    return "cmake --build " + prefix.string();
  return "cmake --fresh -B build -D CMAKE_PREFIX_PATH=" + prefix.string() +
         " && cmake --build build   (in the plugin's source folder)";
}

}  // namespace sslhost::host
