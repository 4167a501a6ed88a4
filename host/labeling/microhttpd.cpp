// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/microhttpd.hpp"

#include <string>

#include <dlfcn.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

// Its number has been 12 since 2015.
constexpr const char* kLibrary = "libmicrohttpd.so.12";

[[noreturn]] void refuse(const std::string& found) {
  throw Error(ExitCode::usage, {kLibrary, "libmicrohttpd, which serves the page", found,
                                "install it (Debian: apt-get install libmicrohttpd12)"});
}

template <class Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function == nullptr) refuse(std::string("one without ") + name);
}

Microhttpd open() {
  void* const library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) refuse(dlerror());
  Microhttpd http = {};
  find(library, "MHD_start_daemon", http.start_daemon);
  find(library, "MHD_stop_daemon", http.stop_daemon);
  find(library, "MHD_get_connection_info", http.get_connection_info);
  find(library, "MHD_lookup_connection_value", http.lookup_connection_value);
  find(library, "MHD_create_response_from_buffer", http.create_response_from_buffer);
  find(library, "MHD_create_response_from_fd64", http.create_response_from_fd64);
  find(library, "MHD_add_response_header", http.add_response_header);
  find(library, "MHD_queue_response", http.queue_response);
  find(library, "MHD_destroy_response", http.destroy_response);
  return http;
}

}  // namespace

const Microhttpd& microhttpd() {
  static const Microhttpd opened = open();
  return opened;
}

}  // namespace sslhost::host
