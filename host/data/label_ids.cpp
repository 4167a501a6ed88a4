// SPDX-License-Identifier: Apache-2.0
#include "host/data/label_ids.hpp"

#include <charconv>
#include <fstream>
#include <string>
#include <unordered_map>

#include "sslhost/error.hpp"

#include "host/storage/utf8.hpp"

namespace sslhost::host {

namespace {

class Lines {
 public:
  Lines(const std::filesystem::path& file, const SplitSource& source)
      : file_(file), source_(source) {
    for (size_t i = 0; i < source.names.size(); ++i)
      ids_.emplace(source.names[i], static_cast<int64_t>(i));
  }

  void add(int64_t line, const std::string& text) {
    const auto id = id_of(line, text);
    const auto [first, is_new] = seen_.emplace(id, line);
    if (!is_new)
      refuse(line, "each sample once",
             "'" + text + "' again, after line " + std::to_string(first->second),
             "remove one of the lines");
    all.push_back(id);
  }

  [[noreturn]] void refuse(int64_t line, const std::string& expected, const std::string& found,
                           const std::string& next) const {
    throw Error(ExitCode::data, {file_.string() + (line > 0 ? ":" + std::to_string(line) : ""),
                                 expected, found, next});
  }

  std::vector<int64_t> all;

 private:
  int64_t id_of(int64_t line, const std::string& text) const {
    if (const auto named = ids_.find(text); named != ids_.end()) return named->second;
    int64_t number = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size() && number >= 0 &&
        number < source_.train_size())
      return number;
    refuse(line,
           std::string(ids_.empty() ? "" : "the name of a sample of the training part, or ") +
               "a number from 0 to " + std::to_string(source_.train_size() - 1),
           "'" + text + "'",
           "only samples with a label that the dataset knows can be named; split.json of a run "
           "lists them");
  }

  const std::filesystem::path& file_;
  const SplitSource& source_;
  std::unordered_map<std::string, int64_t> ids_;
  std::unordered_map<int64_t, int64_t> seen_;
};

}  // namespace

std::vector<int64_t> read_label_ids(const std::filesystem::path& file, const SplitSource& source) {
  Lines lines(file, source);
  std::ifstream input(file, std::ios::binary);
  if (!input)
    lines.refuse(0, "a list of samples, one on each line", "nothing that can be read",
                 "check --label-ids");
  std::string text;
  for (int64_t line = 1; std::getline(input, text); ++line) {
    if (line == 1 && text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);  // a byte order mark
    if (text.ends_with('\r')) text.pop_back();
    if (!is_utf8(text))
      lines.refuse(line, "text in UTF-8", "bytes of another encoding",
                   "convert the file, from Latin-1 for example: iconv -f latin1 -t utf-8");
    if (!text.empty()) lines.add(line, text);
  }
  if (lines.all.empty())
    lines.refuse(0, "samples, one on each line", "none", "name at least one of each class");
  return std::move(lines.all);
}

}  // namespace sslhost::host
