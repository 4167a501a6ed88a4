// SPDX-License-Identifier: Apache-2.0
#pragma once

// libcurl, opened when something is fetched and never before: with the 27 libraries that it brings,
// it would double the time that every start of `sslhost` takes (docs/explanation/dependencies.md).

#include <curl/curl.h>

namespace sslhost::host {

/// Its functions that we use, by their own names.
struct Curl {
  decltype(&curl_global_init) global_init;
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_setopt) easy_setopt;
  decltype(&curl_easy_perform) easy_perform;
  decltype(&curl_easy_getinfo) easy_getinfo;
  decltype(&curl_easy_strerror) easy_strerror;
  decltype(&curl_easy_cleanup) easy_cleanup;
};

/// Ready for use. Throws Error (data) where the library is not installed.
const Curl& curl();

}  // namespace sslhost::host
