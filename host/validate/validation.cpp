// SPDX-License-Identifier: Apache-2.0
#include "host/validate/validation.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include <sys/wait.h>

#include "host/discovery/discovery.hpp"
#include "host/log/shell_word.hpp"
#include "host/storage/scratch_folder.hpp"
#include "host/validate/check_process.hpp"

namespace sslhost::host {

namespace {

bool is_wanted(const Check& check, const ValidationSettings& settings, bool method) {
  if (check.methods_only && !method) return false;
  if (settings.only.empty()) return check.level <= settings.level;
  return std::find(settings.only.begin(), settings.only.end(), check.name) != settings.only.end();
}

/// Why a check of a loaded plugin says nothing, by what was found before; empty: it does.
std::string why_vain(const Check& check, const Found& found, const FileReport& report) {
  if (!check.in_worker) return {};
  if (found.state != State::ready)
    return std::string("sslhost does not load it: ") + to_text(found.state) + ", " + found.reason;
  for (const auto& f : report.findings)
    if (f.check->name == "load" && f.outcome.is_bad() && check.name != "load")
      return "it does not load";
  return {};
}

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
    // What the others depend on comes first, alone.
    const auto later = std::stable_partition(all.begin(), all.end(), [](const Finding& f) {
      return !f.check->in_worker || f.check->name == "load";
    });
    for (auto f = all.begin(); f != later; ++f) make(*f);
    std::atomic<size_t> next = static_cast<size_t>(later - all.begin());
    const auto work = [&] {
      for (size_t i = next++; i < all.size(); i = next++) make(all[i]);
    };
    std::vector<std::jthread> others(static_cast<size_t>(std::max(settings_.jobs - 1, 0)));
    for (auto& thread : others) thread = std::jthread(work);
    work();
    others.clear();
    return std::move(report_);
  }

 private:
  void make(Finding& finding) const {
    const auto& check = *finding.check;
    if (const auto why = why_vain(check, found_, report_); !why.empty()) {
      finding.outcome = skipped(why);
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
