// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/import_labels.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "datasets/delimited/records.hpp"
#include "datasets/delimited/text.hpp"
#include "datasets/images/label_table.hpp"
#include "host/labeling/class_list.hpp"
#include "host/labeling/cvat_labels.hpp"
#include "host/labeling/picture_names.hpp"
#include "host/labeling/whole_number.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Labels = std::vector<std::pair<std::string, std::string>>;  // path as it stands, label

[[noreturn]] void fail(const fs::path& file, const std::string& expected,
                       const std::string& found) {
  throw Error(ExitCode::data, {file.string(), expected, found, "check the path and the format"});
}

/// As `sslhost predict` and `label --accept` write it: guesses, which would count as a person's.
void require_no_guesses(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  delimited::RecordReader records(in, file.string());
  delimited::Cells header;
  if (!records.next(header) || std::ranges::find(header, "probability") == header.end()) return;
  throw Error(ExitCode::data,
              {records.place(), "labels that a person gave",
               "a column 'probability', as of what `sslhost predict` guesses",
               "look at guesses with --predictions FILE; `sslhost label FOLDER --accept P --to "
               "FILE` makes labels of those from a probability on, told from yours"});
}

Labels from_csv(const fs::path& file) {
  require_no_guesses(file);
  Labels labels;
  for (const auto& row : images::read_label_table(file).rows)
    if (!row.label.empty()) labels.emplace_back(row.path, row.label);
  return labels;
}

void require_file(const fs::path& file, const char* kind) {
  constexpr std::uintmax_t kMostBytes = std::uintmax_t{256} << 20;
  std::error_code code;
  if (!fs::is_regular_file(file, code)) fail(file, kind, "no file of that name");
  if (fs::file_size(file, code) > kMostBytes) fail(file, "256 MiB at most", "more");
}

json parsed(const fs::path& file) {
  require_file(file, "a JSON file");
  std::ifstream in(file, std::ios::binary);
  return json::parse(in);
}

std::string percent_decoded(const std::string& text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto value = [&](size_t at) {
      const std::string digits = "0123456789abcdef";
      const auto found =
          at < text.size() ? digits.find(delimited::lower(text.substr(at, 1))) : std::string::npos;
      return found == std::string::npos ? -1 : static_cast<int>(found);
    };
    if (text[i] == '%' && value(i + 1) >= 0 && value(i + 2) >= 0) {
      decoded += static_cast<char>(value(i + 1) * 16 + value(i + 2));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

/// The first choice of a task's first annotation that was not skipped; empty: none.
std::string choice_of(const json& task) {
  for (const auto& annotation : task.value("annotations", json::array())) {
    if (annotation.value("was_cancelled", false)) continue;
    for (const auto& result : annotation.at("result"))
      if (result.value("type", "") == "choices")
        return result.at("value").at("choices").at(0).get<std::string>();
  }
  return {};
}

Labels from_label_studio(const fs::path& file) {
  Labels labels;
  const auto tasks = parsed(file);
  if (!tasks.is_array()) fail(file, "a list of tasks", tasks.type_name());
  for (const auto& task : tasks) {
    const auto label = choice_of(task);
    auto image = task.at("data").at("image").get<std::string>();
    if (const auto at = image.find("?d="); at != std::string::npos)
      image = percent_decoded(image.substr(at + 3));
    if (!label.empty()) labels.emplace_back(image, label);
  }
  return labels;
}

Labels from_coco(const fs::path& file) {
  Labels labels;
  const auto coco = parsed(file);
  std::map<int64_t, std::string> images, categories;
  for (const auto& one : coco.at("images"))
    images[whole_number(one.at("id"))] = one.at("file_name").get<std::string>();
  for (const auto& one : coco.at("categories"))
    categories[whole_number(one.at("id"))] = one.at("name").get<std::string>();
  for (const auto& one : coco.at("annotations")) {
    const auto image = images.find(whole_number(one.at("image_id")));
    const auto category = categories.find(whole_number(one.at("category_id")));
    if (image == images.end() || category == categories.end())
      fail(file, "annotations of its images and categories", "one of another");
    labels.emplace_back(image->second, category->second);
  }
  return labels;
}

Labels from_cvat(const fs::path& file) try {
  require_file(file, "an XML file");
  return cvat_labels(file);
} catch (const std::invalid_argument& error) {
  fail(file, "\"CVAT for images 1.1\"", error.what());
}

using Reader = Labels (*)(const fs::path&);
const std::map<std::string, Reader> kReaders = {{"csv", from_csv},
                                                {"label-studio", from_label_studio},
                                                {"cvat", from_cvat},
                                                {"coco", from_coco}};

/// As it would be stored: labels that are compared have the same form.
std::string class_name(const fs::path& file, const std::string& path, const std::string& label) {
  try {
    return checked_class_name(label);
  } catch (const Error& error) {
    fail(file, "classes with a name of one line, 1 to 200 bytes",
         error.parts().found + " for " + delimited::in_quotes(path));
  }
}

Labels read(const std::string& format, const fs::path& file) {
  const auto reader = kReaders.find(format);
  if (reader == kReaders.end())
    throw Error(ExitCode::usage, {"--import", "one of " + joined(import_formats(), ", "),
                                  "'" + format + "'" + did_you_mean(format, import_formats()),
                                  "sslhost label --help"});
  try {
    auto labels = reader->second(file);
    for (auto& [path, label] : labels) label = class_name(file, path, label);
    return labels;
  } catch (const json::exception&) {
    fail(file, "a file as " + format + " writes it", "another content");
  } catch (const std::invalid_argument&) {  // of whole_number()
    fail(file, "a file as " + format + " writes it", "a number that is none of its");
  }
}

}  // namespace

const std::vector<std::string>& import_formats() {
  static const std::vector<std::string> formats = {"csv", "label-studio", "cvat", "coco"};
  return formats;
}

Imported import_labels(Session& session, const std::string& format, const fs::path& file) {
  const auto labels = read(format, file);
  const PictureNames names(session.pictures());
  Imported imported;
  std::map<size_t, std::string> by_picture;
  for (const auto& [path, label] : labels) {
    const auto picture = names.find_anywhere(path);
    if (!picture) {
      ++imported.unknown;
      continue;
    }
    const auto [at, is_new] = by_picture.emplace(*picture, label);
    if (!is_new && at->second != label)
      fail(file, "one label for each picture",
           delimited::in_quotes(at->second) + " and " + delimited::in_quotes(label) + " for " +
               delimited::in_quotes(path));
  }
  std::vector<std::pair<size_t, Answer>> answers;
  session.look([&](const Answers& now) {
    for (const auto& [picture, label] : by_picture) {
      const auto answer = now.answer(picture);
      if (answer.kind == Answer::Kind::none)
        answers.emplace_back(picture, Answer{Answer::Kind::label, label});
      else
        ++(answer.label == label ? imported.same : imported.kept);
    }
  });
  session.answer_each(answers);
  imported.taken = std::ssize(answers);
  return imported;
}

}  // namespace sslhost::host
