// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/server.hpp"

#include <cerrno>
#include <charconv>
#include <chrono>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sslhost/error.hpp"

#include "host/labeling/microhttpd.hpp"
#include "host/labeling/strangers.hpp"

namespace sslhost::host {

struct Server::State {
  State(Door the_door, Requests& the_requests)
      : door(std::move(the_door)), requests(the_requests) {}

  const Door door;
  Requests& requests;
  const Microhttpd& http = microhttpd();
  Strangers strangers;
  MHD_Daemon* daemon = nullptr;
};

namespace {

using Clock = std::chrono::steady_clock;
using State = Server::State;

constexpr unsigned kThreads = 4;  // one may wait for the disk while others send pictures
constexpr unsigned kMostConnections = 640, kIdleSeconds = 15;
constexpr size_t kMostHead = 32 << 10;  // bytes of a request's lines
constexpr std::chrono::seconds kSlowestBody{20};

/// One request on its way in.
struct Exchange {
  Clock::time_point begun = Clock::now();
  std::string body = {};
};

// Nothing is loaded from elsewhere, nothing of this is shown in another page, and no line of script
// or style counts but those of our files.
constexpr std::pair<const char*, const char*> kHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
     "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cache-Control", "no-store"}};

std::string header(const State& state, MHD_Connection* connection, const char* name) {
  const auto* const value = state.http.lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

MHD_Result send(const State& state, MHD_Connection* connection, Reply reply) {
  MHD_Response* response = nullptr;
  if (reply.picture) {
    // The response closes it.
    const int copy = ::fcntl(reply.picture->file.get(), F_DUPFD_CLOEXEC, 0);
    response =
        state.http.create_response_from_fd64(static_cast<uint64_t>(reply.picture->bytes), copy);
    if (response == nullptr && copy >= 0) ::close(copy);
  } else {
    response = state.http.create_response_from_buffer(reply.body.size(), reply.body.data(),
                                                      MHD_RESPMEM_MUST_COPY);
  }
  if (response == nullptr) return MHD_NO;
  for (const auto& [name, value] : kHeaders) state.http.add_response_header(response, name, value);
  state.http.add_response_header(response, "Content-Type", reply.type.c_str());
  const auto result =
      state.http.queue_response(connection, static_cast<unsigned>(reply.status), response);
  state.http.destroy_response(response);
  return result;
}

RequestHead head_of(const State& state, MHD_Connection* connection, const char* method,
                    const char* path) {
  RequestHead head = {.method = method, .path = path};
  head.host = header(state, connection, "Host");
  head.origin = header(state, connection, "Origin");
  head.site = header(state, connection, "Sec-Fetch-Site");
  head.token = header(state, connection, "X-Sslhost-Token");
  head.content_type = header(state, connection, "Content-Type");
  head.length = header(state, connection, "Content-Length");
  head.is_chunked = !header(state, connection, "Transfer-Encoding").empty();
  return head;
}

int64_t since_of(const State& state, MHD_Connection* connection) {
  const auto* const text =
      state.http.lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "since");
  int64_t since = 0;
  const std::string_view digits = text == nullptr ? "" : text;
  std::from_chars(digits.data(), digits.data() + digits.size(), since);
  return since;
}

/// Called for the head of a request, for each piece of its body, and in the end.
MHD_Result on_request(void* own, MHD_Connection* connection, const char* path, const char* method,
                      const char* /*version*/, const char* piece, size_t* bytes, void** place) {
  auto& state = *static_cast<State*>(own);
  auto* exchange = static_cast<Exchange*>(*place);
  try {
    if (exchange == nullptr) {
      const auto head = head_of(state, connection, method, path);
      if (const auto refused = refusal(head, state.door))
        return send(state, connection,
                    {.status = refused->status,
                     .type = "text/plain; charset=utf-8",
                     .body = "refused: " + refused->words + "\n"});
      if (!is_public(head.path)) state.strangers.known(connection);
      *place = new Exchange;
      return MHD_YES;
    }
    if (*bytes > 0) {
      if (exchange->body.size() + *bytes > static_cast<size_t>(kMostBody) ||
          Clock::now() - exchange->begun > kSlowestBody)
        return MHD_NO;  // ends the connection
      exchange->body.append(piece, *bytes);
      *bytes = 0;
      return MHD_YES;
    }
    return send(state, connection,
                state.requests.answer(method, path, since_of(state, connection), exchange->body));
  } catch (const std::exception&) {  // such as no memory: into C nothing may be thrown
    return MHD_NO;
  }
}

void on_end(void* /*own*/, MHD_Connection* /*connection*/, void** place,
            MHD_RequestTerminationCode /*code*/) {
  delete static_cast<Exchange*>(*place);
  *place = nullptr;
}

void on_connection(void* own, MHD_Connection* connection, void** /*place*/,
                   MHD_ConnectionNotificationCode code) {
  auto& state = *static_cast<State*>(own);
  if (code == MHD_CONNECTION_NOTIFY_CLOSED) return state.strangers.closed(connection);
  const auto* const info =
      state.http.get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (info != nullptr) state.strangers.opened(connection, info->connect_fd);
}

}  // namespace

Port open_port(int number) {
  Port port = {Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))};
  const int yes = 1;  // a port of a program that was killed is free at once
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(number));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const where = reinterpret_cast<sockaddr*>(&address);
  if (port.socket.get() < 0 ||
      ::setsockopt(port.socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      ::bind(port.socket.get(), where, size) != 0 || ::listen(port.socket.get(), SOMAXCONN) != 0 ||
      ::getsockname(port.socket.get(), where, &size) != 0)
    throw Error(ExitCode::usage, {"--port " + std::to_string(number), "a free port of 127.0.0.1",
                                  std::generic_category().message(errno),
                                  "name another one, or leave --port away for one that is free"});
  port.number = ntohs(address.sin_port);
  return port;
}

Server::Server(Port port, Door door, Requests& requests)
    : state_(std::make_unique<State>(std::move(door), requests)) {
  const int socket = ::fcntl(port.socket.get(), F_DUPFD_CLOEXEC, 0);  // the daemon closes it
  state_->daemon = state_->http.start_daemon(
      MHD_USE_EPOLL_INTERNAL_THREAD, 0, nullptr, nullptr, &on_request, state_.get(),
      MHD_OPTION_LISTEN_SOCKET, socket, MHD_OPTION_THREAD_POOL_SIZE, kThreads,
      MHD_OPTION_CONNECTION_LIMIT, kMostConnections, MHD_OPTION_CONNECTION_TIMEOUT, kIdleSeconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, kMostHead, MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_NOTIFY_COMPLETED, &on_end, nullptr, MHD_OPTION_NOTIFY_CONNECTION, &on_connection,
      state_.get(), MHD_OPTION_END);
  if (state_->daemon != nullptr) return;
  ::close(socket);
  throw Error(ExitCode::usage, {"sslhost label", "a server for the page",
                                "libmicrohttpd does not start one", "try again"});
}

Server::~Server() {
  if (state_->daemon != nullptr) state_->http.stop_daemon(state_->daemon);
}

}  // namespace sslhost::host
