// SPDX-License-Identifier: Apache-2.0
#include "host/fetch/curl.hpp"

#include <string>

#include <dlfcn.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

// Its number has been 4 since 2006.
constexpr const char* kLibrary = "libcurl.so.4";

[[noreturn]] void refuse(const std::string& found) {
  throw Error(ExitCode::data, {kLibrary, "libcurl, which fetches files", found,
                               "install it (Debian: apt-get install libcurl4)"});
}

template <class Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function == nullptr) refuse(std::string("one without ") + name);
}

Curl open() {
  // Never closed: libraries of its register what runs when the program ends.
  void* const library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) refuse(dlerror());
  Curl curl = {};
  find(library, "curl_global_init", curl.global_init);
  find(library, "curl_easy_init", curl.easy_init);
  find(library, "curl_easy_setopt", curl.easy_setopt);
  find(library, "curl_easy_perform", curl.easy_perform);
  find(library, "curl_easy_getinfo", curl.easy_getinfo);
  find(library, "curl_easy_strerror", curl.easy_strerror);
  find(library, "curl_easy_cleanup", curl.easy_cleanup);
  if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) refuse("one that does not start");
  return curl;
}

}  // namespace

const Curl& curl() {
  static const Curl opened = open();
  return opened;
}

}  // namespace sslhost::host
