// SPDX-License-Identifier: Apache-2.0
#include "host/fetch/transfer.hpp"

#include <cctype>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string_view>

#include <strings.h>

#include "sslhost/error.hpp"

#include "host/fetch/curl.hpp"

namespace sslhost::host {

namespace {

constexpr const char* kProtocols = "http,https";

/// One transfer under way: what libcurl's callbacks see. No exception may pass through them.
struct Call {
  const Transfer& transfer;
  CURL* handle;
  Outcome outcome = {};
  bool begun = false;
  std::exception_ptr thrown = nullptr;

  bool guarded(const auto& body) {
    try {
      return body();
    } catch (...) {
      thrown = std::current_exception();
      return false;
    }
  }

  bool begin() {
    if (begun) return outcome.complaint.empty();
    begun = true;
    auto& answer = outcome.answer;
    curl_off_t length = -1;
    curl().easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer.status);
    curl().easy_getinfo(handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    answer.length = length;
    outcome.complaint = transfer.begin(answer);
    return outcome.complaint.empty();
  }

  bool take(Bytes bytes) {
    if (!begin()) return false;
    outcome.complaint = transfer.take(bytes);
    return outcome.complaint.empty();
  }
};

size_t on_header(const char* data, size_t /*size*/, size_t count, void* user) {
  constexpr std::string_view kName = "content-range:";
  auto& range = static_cast<Call*>(user)->outcome.answer.content_range;
  std::string_view line(data, count);
  if (line.starts_with("HTTP/")) range.clear();  // the next answer, after a redirect
  if (line.size() < kName.size() || strncasecmp(data, kName.data(), kName.size()) != 0)
    return count;
  line.remove_prefix(kName.size());
  while (!line.empty() && std::isspace(static_cast<unsigned char>(line.front())))
    line.remove_prefix(1);
  while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())))
    line.remove_suffix(1);
  range = line;
  return count;
}

size_t on_bytes(const char* data, size_t /*size*/, size_t count, void* user) {
  auto& call = *static_cast<Call*>(user);
  const Bytes bytes = std::as_bytes(std::span(data, count));
  return call.guarded([&] { return call.take(bytes); }) ? count : 0;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& call = *static_cast<Call*>(user);
  const bool on = call.guarded([&] { return call.transfer.go_on(); });
  if (!on && call.thrown == nullptr) call.outcome.stopped = true;
  return on ? 0 : 1;
}

void set(CURL* handle, CURLoption option, auto value) {
  if (const auto code = curl().easy_setopt(handle, option, value); code != CURLE_OK)
    throw Error(ExitCode::data,
                {"libcurl", "version 7.85 or later", curl().easy_strerror(code), "install it"});
}

/// The program `curl` heeds these; the library does not by itself.
void set_certificates(CURL* handle) {
  const auto from_environment = [&](CURLoption option, const char* name) {
    const char* text = std::getenv(name);
    if (text == nullptr || *text == '\0') return false;
    set(handle, option, text);
    return true;
  };
  if (from_environment(CURLOPT_CAINFO, "CURL_CA_BUNDLE")) return;
  from_environment(CURLOPT_CAPATH, "SSL_CERT_DIR");
  from_environment(CURLOPT_CAINFO, "SSL_CERT_FILE");
}

void set_limits(CURL* handle, const Limits& limits) {
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
  set(handle, CURLOPT_LOW_SPEED_LIMIT, limits.slowest);
  set(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.stall.count()));
  set(handle, CURLOPT_NOSIGNAL, 1L);
}

void set_request(CURL* handle, const Transfer& transfer) {
  set(handle, CURLOPT_URL, transfer.url.c_str());
  set(handle, CURLOPT_PROTOCOLS_STR, kProtocols);
  set(handle, CURLOPT_REDIR_PROTOCOLS_STR, kProtocols);  // not to file:///etc/passwd
  set(handle, CURLOPT_FOLLOWLOCATION, 1L);
  set(handle, CURLOPT_MAXREDIRS, 10L);
  set(handle, CURLOPT_USERAGENT, "sslhost");  // some servers refuse requests without one
  if (transfer.from > 0) set(handle, CURLOPT_RANGE, (std::to_string(transfer.from) + "-").c_str());
}

void set_callbacks(CURL* handle, Call& call, char* words) {
  set(handle, CURLOPT_ERRORBUFFER, words);
  set(handle, CURLOPT_HEADERFUNCTION, on_header);
  set(handle, CURLOPT_HEADERDATA, static_cast<void*>(&call));
  set(handle, CURLOPT_WRITEFUNCTION, on_bytes);
  set(handle, CURLOPT_WRITEDATA, static_cast<void*>(&call));
  set(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  set(handle, CURLOPT_XFERINFODATA, static_cast<void*>(&call));
  set(handle, CURLOPT_NOPROGRESS, 0L);
}

}  // namespace

Outcome run(const Transfer& transfer) {
  const std::unique_ptr<CURL, decltype(Curl::easy_cleanup)> handle(curl().easy_init(),
                                                                   curl().easy_cleanup);
  Call call{transfer, handle.get()};
  char words[CURL_ERROR_SIZE] = {};
  set_certificates(handle.get());
  set_limits(handle.get(), transfer.limits);
  set_request(handle.get(), transfer);
  set_callbacks(handle.get(), call, words);
  const auto code = curl().easy_perform(handle.get());
  if (call.thrown != nullptr) std::rethrow_exception(call.thrown);
  if (code == CURLE_OK)
    call.begin();  // an answer without a byte
  else if (call.outcome.complaint.empty())
    call.outcome.complaint = *words != '\0' ? words : curl().easy_strerror(code);
  return std::move(call.outcome);
}

}  // namespace sslhost::host
