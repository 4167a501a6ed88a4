// SPDX-License-Identifier: Apache-2.0
#include "host/inference/files_to_predict.hpp"

#include <algorithm>
#include <filesystem>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;

/// The first folder that is a link on the way from `folder` down to `file`; empty: none.
std::string link_on_the_way(const fs::path& folder, const fs::path& file) {
  std::error_code ignored;
  auto at = folder;
  for (const auto& part : file.parent_path().lexically_relative(folder))
    if (fs::is_symlink(at /= part, ignored)) return at.string();
  return {};
}

/// Takes the files out to which a link leads.
void leave_links(const std::string& folder, std::vector<std::string>& files,
                 std::vector<std::string>& links) {
  std::erase_if(files, [&](const std::string& file) {
    const auto link = link_on_the_way(folder, file);
    const bool is_new = std::ranges::find(links, link) == links.end();
    if (!link.empty() && is_new) links.push_back(link);
    return !link.empty();
  });
}

[[noreturn]] void fail(const std::vector<std::string>& paths, const FilesToPredict& found) {
  const bool one = paths.size() == 1;
  const auto where = one ? paths[0] : "the " + std::to_string(paths.size()) + " paths";
  const auto* const expected = "files to predict, or folders with some";
  if (!found.links.empty())
    throw Error(ExitCode::data, {where, expected,
                                 "only links to folders, such as " + found.links.front() +
                                     ", which --move does not go into",
                                 "name the folder itself if its files are to be moved"});
  throw Error(ExitCode::data,
              {where, expected, found.files.empty() ? "no file that may be one" : "nothing there",
               "check the path" + std::string(one ? "" : "s")});
}

}  // namespace

FilesToPredict files_to_predict(
    const std::vector<std::string>& paths,
    const std::function<std::vector<std::string>(const std::string&)>& below,
    LinkedFolders linked) {
  FilesToPredict found;
  bool some = false;
  for (const auto& path : paths) {
    std::error_code ignored;
    const auto status = fs::status(path, ignored);
    some = some || (fs::exists(status) && !fs::is_directory(status));
    if (!fs::is_directory(status)) {
      found.files.push_back(path);
      continue;
    }
    auto files = below(path);
    const auto links_before = found.links.size();
    if (linked == LinkedFolders::left) leave_links(path, files, found.links);
    some = some || !files.empty();
    if (files.empty() && found.links.size() == links_before) found.barren.push_back(path);
    found.files.insert(found.files.end(), files.begin(), files.end());
  }
  if (!some) fail(paths, found);
  return found;
}

}  // namespace sslhost::host
