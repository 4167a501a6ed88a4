// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the page asks for, and the answers: JSON both ways, and pictures by number.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/labeling/advisor.hpp"
#include "host/labeling/door.hpp"
#include "host/labeling/picture_file.hpp"
#include "host/labeling/predictions.hpp"
#include "host/labeling/session.hpp"
#include "host/labeling/training.hpp"

namespace sslhost::host {

struct Reply {
  int status = 200;
  std::string type = "application/json";
  std::string body = {};
  std::optional<PictureFile> picture = std::nullopt;  ///< instead of the body
};

/// What works beside the page; each may be null.
struct Help {
  const Advisor* advisor = nullptr;
  Training* training = nullptr;
  /// Shows the user a file, such as a report.
  std::function<void(const std::filesystem::path&)> open = {};
};

class Requests {
 public:
  /// `order`: all pictures, each once. `once`: a word that is exchanged for the token, one time;
  /// empty: none. `help` must outlive this, as the session.
  Requests(Session& session, const Help& help, std::vector<size_t> order, Predictions predictions,
           std::string token, std::string once);

  /// To a request that refusal() lets in; `since`: the step that the window knows, for those who
  /// want changes. Never throws Error.
  Reply answer(const std::string& method, const std::string& path, int64_t since,
               std::string_view body);

 private:
  Reply get(const std::string& path, int64_t since);
  Reply post(const std::string& path, std::string_view body);
  Reply enter(std::string_view body);
  void show_report() const;
  std::string state() const;
  std::string changes(int64_t since) const;
  std::string advice() const;
  std::string training() const;

  Session& session_;
  const Help help_;
  const std::vector<size_t> order_;
  const Predictions predictions_;
  const std::string token_;
  std::mutex entering_;
  std::string once_;
};

}  // namespace sslhost::host
