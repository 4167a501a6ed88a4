// SPDX-License-Identifier: Apache-2.0
#include "host/validate/validation.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>

#include "host/discovery/discovery.hpp"
#include "host/log/shell_word.hpp"
#include "host/storage/scratch_folder.hpp"
#include "host/validate/check_process.hpp"

namespace sslhost::host {

namespace {

bool is_wanted(const Check& check, const ValidationSettings& settings, bool method) {
  const auto named = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), check.name) != names.end();
  };
  if ((check.methods_only && !method) || named(settings.without)) return false;
  return settings.only.empty() ? check.level <= settings.level : named(settings.only);
}

/// Checks that are over, for those that wait for one.
class Over {
 public:
  void add(const Check& check) {
    const std::lock_guard lock(mutex_);
    names_.insert(check.name);
    changed_.notify_all();
  }
  void wait_for(const Check& check) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return names_.contains(check.name); });
  }
  /// For what is no outcome: our own, and no plugin's fault.
  void fail(const std::exception_ptr& error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = error;
  }
  /// The first of these, once all is over.
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> names_;
  std::exception_ptr error_;
};

class FileValidation {
 public:
  FileValidation(const std::filesystem::path& file, const ValidationSettings& settings)
      : settings_(settings), found_(inspect(file, "validate")) {
    report_.file = file;
    if (found_.record) report_.id = found_.record->id;
    const bool method = !found_.record || found_.record->kind == PluginKind::method;
    for (const auto& check : checks())
      if (is_wanted(check, settings, method)) report_.findings.push_back({.check = &check});
  }

  FileReport run() {
    auto& all = report_.findings;
    std::atomic<size_t> next = 0;
    // What a check needs stands before it, so that somebody is at it.
    const auto work = [&] {
      for (size_t i = next++; i < all.size(); i = next++) {
        try {
          make(all[i]);
        } catch (const std::exception&) {  // no process could be started
          over_.fail(std::current_exception());
        }
        over_.add(*all[i].check);
      }
    };
    {
      std::vector<std::jthread> others;
      try {
        for (int job = 1; job < settings_.jobs; ++job) others.emplace_back(work);
      } catch (const std::system_error&) {  // those that there are do it all
      }
      work();
    }
    over_.rethrow();
    return std::move(report_);
  }

 private:
  const Finding* finding_of(const std::string& check) const {
    for (const auto& f : report_.findings)
      if (f.check->name == check) return &f;
    return nullptr;  // none of the wanted ones
  }

  /// The check for whose failure this one says nothing; empty: it says something. One that is not
  /// wanted passes the question on to what it needs itself.
  std::string failed_before(const Check& check) {
    for (auto needs = check.needs; !needs.empty(); needs = find_check(needs).needs)
      if (const auto* needed = finding_of(needs)) {
        over_.wait_for(*needed->check);
        return needed->outcome.is_bad() ? needs : needed->because;
      }
    return {};
  }

  /// Why sslhost would not load it, said once.
  std::string not_loaded(const Check& check) const {
    const auto* load = finding_of("load");
    if (load != nullptr && load->check != &check) return "because sslhost does not load it";
    return std::string("sslhost does not load it: ") + to_text(found_.state) + ", " + found_.reason;
  }

  void make(Finding& finding) {
    const auto& check = *finding.check;
    if (check.in_worker && found_.state != State::ready) {
      finding.outcome = skipped(not_loaded(check));
      return;
    }
    finding.because = failed_before(check);
    if (!finding.because.empty()) {
      finding.outcome = skipped("because `" + finding.because + "` failed");
      return;
    }
    const CheckProcess process(check, report_.file, settings_, scratch_.path() / check.name);
    finding.again = process.again();
    if (check.in_worker) finding.debugger = process.debugger();
    const auto start = std::chrono::steady_clock::now();
    finding.outcome = process.run();
    finding.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  const ValidationSettings& settings_;
  const Found found_;
  const ScratchFolder scratch_{"sslhost-validate"};
  FileReport report_;
  Over over_;
};

}  // namespace

int FileReport::count(Verdict verdict) const {
  return static_cast<int>(std::count_if(findings.begin(), findings.end(), [&](const Finding& f) {
    return f.outcome.verdict == verdict;
  }));
}

bool FileReport::is_good() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& f) { return f.outcome.is_bad(); });
}

FileReport validate(const std::filesystem::path& file, const ValidationSettings& settings) {
  return FileValidation(file, settings).run();
}

}  // namespace sslhost::host
