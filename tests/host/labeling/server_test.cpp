// SPDX-License-Identifier: Apache-2.0
// The server on its port, with requests that no page would send.
#include "host/labeling/server.hpp"

#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/labeling/strangers.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Client {
 public:
  explicit Client(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      ADD_FAILURE() << "no connection";
  }
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }
  /// What comes first.
  std::string some() const {
    char piece[1024];
    const auto n = ::recv(socket_.get(), piece, sizeof piece, 0);
    return {piece, n > 0 ? static_cast<size_t>(n) : 0};
  }
  /// Until the other side closes.
  std::string rest() const {
    std::string text;
    char piece[4096];
    for (ssize_t n = 0; (n = ::recv(socket_.get(), piece, sizeof piece, 0)) > 0;)
      text.append(piece, static_cast<size_t>(n));
    return text;
  }

 private:
  Descriptor socket_;
};

class Serving : public ::testing::Test {
 protected:
  Serving() {
    folder_.write("secret.gif", "GIF89a secret");
    folder_.write("p/a.gif", "GIF89a\x01");
    session_ = std::make_unique<Session>(read_pictures(folder_ / "p"), false);
    auto port = open_port(0);
    port_ = port.number;
    requests_ = std::make_unique<Requests>(*session_, Help(), std::vector<size_t>{0}, Predictions(),
                                           token_, "once");
    server_ =
        std::make_unique<Server>(std::move(port), Door{.port = port_, .token = token_}, *requests_);
  }
  std::string head(const std::string& line, const std::string& more = "") const {
    return line + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) + "\r\n" + more + "\r\n";
  }
  std::string asked(const std::string& line, const std::string& more = "") const {
    const Client client(port_);
    client.send(head(line, more + "Connection: close\r\n"));
    return client.rest();
  }
  std::string token() const { return "X-Sslhost-Token: " + token_ + "\r\n"; }
  void expect_goes_on() const {
    EXPECT_THAT(asked("GET /state", token()), StartsWith("HTTP/1.1 200"));
  }

  const TemporaryFolder folder_;
  const std::string token_ = new_token();
  std::unique_ptr<Session> session_;
  std::unique_ptr<Requests> requests_;
  int port_ = 0;
  std::unique_ptr<Server> server_;
};

TEST_F(Serving, PageComesWithHeadersThatKeepItAlone) {
  const auto page = asked("GET /");
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200"));
  for (const auto* line : {"default-src 'none'", "frame-ancestors 'none'", "nosniff", "no-referrer",
                           "Cache-Control: no-store", "text/html"})
    EXPECT_THAT(page, HasSubstr(line));
  for (const auto* bad : {"unsafe-inline", "unsafe-eval", "Access-Control", "Server:"})
    EXPECT_THAT(page, ::testing::Not(HasSubstr(bad)));
  EXPECT_THAT(page, ::testing::Not(HasSubstr(token_)));
}

TEST_F(Serving, PictureComesWhole) {
  EXPECT_THAT(asked("GET /picture/0", token()), ::testing::EndsWith("\r\n\r\nGIF89a\x01"));
}

TEST_F(Serving, ClientsThatLeaveInTheMiddleOfALargePictureDoNoHarm) {
  std::filesystem::resize_file(folder_ / "p/a.gif", 64 << 20);
  for (int i = 0; i < 20; ++i) {
    const Client client(port_);
    client.send(head("GET /picture/0", token()));
    EXPECT_THAT(client.some(), StartsWith("HTTP/1.1 200"));
  }
  expect_goes_on();
}

TEST_F(Serving, WithoutTokenOrFromElsewhereNothingIsTold) {
  EXPECT_THAT(asked("GET /state"), StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(asked("GET /picture/0"), StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(asked("GET /state?token=" + token_), StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(asked("GET /state", token() + "Origin: http://evil.example\r\n"),
              StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(asked("GET /state", token() + "Sec-Fetch-Site: cross-site\r\n"),
              StartsWith("HTTP/1.1 403"));
  const Client client(port_);
  client.send("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.rest(), StartsWith("HTTP/1.1 421"));
}

TEST_F(Serving, NoPathLeadsOutOfTheFolder) {
  for (const auto* path : {"/../secret.gif", "/picture/../../secret.gif", "/%2e%2e/secret.gif",
                           "/picture/..%2f..%2fsecret.gif", "//etc/passwd",
                           "/picture/0/../../secret.gif", "/\\..\\secret.gif"}) {
    const auto reply = asked(std::string("GET ") + path, token());
    EXPECT_THAT(reply, ::testing::Not(StartsWith("HTTP/1.1 200"))) << path;
    EXPECT_THAT(reply, ::testing::Not(HasSubstr("secret"))) << path;
  }
  expect_goes_on();
}

TEST_F(Serving, GigabyteIsRefusedByItsLength) {
  const Client client(port_);
  client.send(head("POST /answer",
                   token() + "Content-Type: application/json\r\nContent-Length: 1073741824\r\n"));
  const std::string piece(1 << 16, ' ');
  size_t sent = 0;  // what the kernel's buffers take, at most
  while (sent < (size_t{1} << 30) && client.send(piece)) sent += piece.size();
  EXPECT_LT(sent, size_t{64} << 20);
  EXPECT_THAT(asked("POST /answer",
                    token() + "Content-Type: application/json\r\nContent-Length: 1073741824\r\n"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(asked("POST /answer",
                    token() + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"),
              StartsWith("HTTP/1.1 411"));
  expect_goes_on();
}

TEST_F(Serving, EndlessHeadIsRefused) {
  const Client client(port_);
  client.send("GET / HTTP/1.1\r\n");
  size_t sent = 0;
  while (sent < (size_t{64} << 20) && client.send("X-Y: " + std::string(1000, 'z') + "\r\n"))
    sent += 1000;
  EXPECT_LT(sent, size_t{64} << 20);
  expect_goes_on();
}

TEST_F(Serving, BytesThatAreNoRequestDoNoHarm) {
  for (const auto& bytes :
       {std::string("\0\0\0\0", 4), std::string("\x16\x03\x01\x02"), std::string("GET\r\n\r\n"),
        std::string("GET / HTTP/9.9\r\n\r\n"), std::string(100000, 'A'),
        std::string("POST /answer HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n")}) {
    const Client client(port_);
    client.send(bytes);
  }
  expect_goes_on();
}

TEST_F(Serving, SlowOnesAndManyOfThemDoNotHoldThePageUp) {
  rlimit files = {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;  // both ends are in this process
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
  if (files.rlim_cur < 2500)
    GTEST_SKIP() << "no room for 1,000 connections: " << files.rlim_cur << " files";
  std::vector<std::unique_ptr<Client>> clients;
  const auto body =
      head("POST /answer", token() + "Content-Type: application/json\r\nContent-Length: 1000\r\n") +
      "{";
  for (int i = 0; i < 200; ++i) {  // with the token, and a body that does not go on
    clients.push_back(std::make_unique<Client>(port_));
    clients.back()->send(body);
  }
  expect_goes_on();
  for (int i = 0; i < 1000; ++i) {
    clients.push_back(std::make_unique<Client>(port_));
    if (i % 2 == 0) clients.back()->send("GET / HT");  // and half of a head
  }
  expect_goes_on();
  const Client page(port_);
  page.send(head(
      "POST /answer",
      token() + "Content-Type: application/json\r\nContent-Length: 31\r\nConnection: close\r\n"));
  page.send(R"({"pictures":[0],"answer":"cat"})");
  EXPECT_THAT(page.rest(), StartsWith("HTTP/1.1 200"));
}

TEST(Port, IsOnLoopbackAndRefusedWhereItIsTaken) {
  const auto port = open_port(0);
  sockaddr_in address = {};
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(port.socket.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  EXPECT_EQ(address.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
  expect_failure(ExitCode::usage, "a free port", [&] { open_port(port.number); });
}

TEST(Strangers, OldestGoesFirstAndKnownOnesStay) {
  Strangers strangers;
  std::vector<int> ids(Strangers::kMost + 2);
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const Descriptor ours(ends[0]), theirs(ends[1]);
  strangers.opened(&ids[0], -1);
  strangers.opened(&ids[1], ours.get());
  strangers.known(&ids[0]);
  for (size_t i = 2; i < ids.size(); ++i) strangers.opened(&ids[i], -1);
  EXPECT_EQ(strangers.count(), Strangers::kMost);
  char byte = 0;
  EXPECT_EQ(::recv(theirs.get(), &byte, 1, MSG_DONTWAIT), 0);  // it was closed
}

}  // namespace
}  // namespace sslhost::host
