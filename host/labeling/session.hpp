// SPDX-License-Identifier: Apache-2.0
#pragma once

// The labeling of one folder: what its windows ask for and change, from any thread.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "host/labeling/answers.hpp"
#include "host/labeling/journal.hpp"
#include "host/labeling/pictures.hpp"

namespace sslhost::host {

class Session {
 public:
  /// Opens the journal, and brings the table up to it. `read_only`: nothing is written, the folder
  /// may be one that others label. Throws Error: busy, storage, data.
  Session(Pictures pictures, bool read_only);
  /// Writes the table a last time; what fails then stays in the journal.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Pictures& pictures() const { return pictures_; }
  bool is_read_only() const { return journal_ == nullptr; }
  /// The journal ended in the middle of an answer, which was never confirmed and is left out.
  bool was_cut() const { return journal_ != nullptr && journal_->was_cut(); }

  /// Each is in the journal when it returns. Throws Error: usage for pictures and classes that are
  /// not there, storage where the journal cannot be written; nothing has changed then.
  void answer(const std::vector<size_t>& pictures, const Answer& answer);
  /// To each its own, in one step.
  void answer_each(const std::vector<std::pair<size_t, Answer>>& answers);
  void add_class(const std::string& name);
  /// Into another class where `to` is one.
  void rename_class(const std::string& from, const std::string& to);
  void remove_class(const std::string& name);
  /// Takes back step `of`; false where it is not the last one (any more).
  bool undo(int64_t of);

  /// With all held still.
  void look(const std::function<void(const Answers&)>& at) const;
  /// Why the table could not be written, at the last try; empty: it was.
  std::string table_trouble() const;
  /// Writes the table now where answers are missing in it. Throws Error (data, storage).
  void write_table();

 private:
  Step new_step(Step::What what) const;
  void take(const Step& step);
  void require_class(const std::string& name) const;
  void write_now_and_then();

  const Pictures pictures_;
  mutable std::mutex mutex_;
  std::mutex writing_;  // one table at a time
  Answers answers_;
  std::unique_ptr<Journal> journal_;
  std::string trouble_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::thread writer_;
};

}  // namespace sslhost::host
