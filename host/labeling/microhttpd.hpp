// SPDX-License-Identifier: Apache-2.0
#pragma once

// GNU libmicrohttpd, opened when a page is served and never before: it brings GnuTLS, and every
// start of `sslhost` would load both (docs/explanation/dependencies.md).

#include <microhttpd.h>

namespace sslhost::host {

/// Its functions that we use, by their own names.
struct Microhttpd {
  decltype(&MHD_start_daemon) start_daemon;
  decltype(&MHD_stop_daemon) stop_daemon;
  decltype(&MHD_get_connection_info) get_connection_info;
  decltype(&MHD_lookup_connection_value) lookup_connection_value;
  decltype(&MHD_create_response_from_buffer) create_response_from_buffer;
  decltype(&MHD_create_response_from_fd64) create_response_from_fd64;
  decltype(&MHD_add_response_header) add_response_header;
  decltype(&MHD_queue_response) queue_response;
  decltype(&MHD_destroy_response) destroy_response;
};

/// Throws Error (usage) where the library is not installed.
const Microhttpd& microhttpd();

}  // namespace sslhost::host
