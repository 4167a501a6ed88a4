// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/export_labels.hpp"

#include <algorithm>
#include <map>
#include <system_error>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "host/labeling/journal.hpp"
#include "host/run/csv.hpp"
#include "host/storage/atomic_file.hpp"
#include "host/storage/durable_folders.hpp"
#include "host/storage/joined.hpp"
#include "host/storage/place_file.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

/// All answers, one for each picture of the folder.
struct Given {
  const Pictures& pictures;
  std::vector<Answer> answers;

  bool has_label(size_t i) const { return answers[i].kind == Answer::Kind::label; }
  bool is_unsure(size_t i) const { return answers[i].kind == Answer::Kind::unsure; }
};

Given given_in(const Session& session) {
  Given given = {session.pictures(), {}};
  session.look([&](const Answers& answers) {
    for (size_t i = 0; i < answers.all().size(); ++i) given.answers.push_back(answers.answer(i));
  });
  return given;
}

/// A label table itself, with all pictures in it.
std::string csv_text(const Given& given) {
  std::string text = "path,label,unsure\n";
  for (size_t i = 0; i < given.answers.size(); ++i)
    text += csv_field(given.pictures.all[i].name) + "," + csv_field(given.answers[i].label) + "," +
            (given.is_unsure(i) ? "yes" : "") + "\n";
  return text;
}

std::string percent_encoded(const std::string& path) {
  std::string text;
  for (const char c : path) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       std::string("-._~/").find(c) != std::string::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      text += c;
    else
      text += {'%', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15]};
  }
  return text;
}

/// Tasks with annotations; pictures as "local files" below the folder that holds the photos' one.
std::string label_studio_text(const Given& given) {
  const auto folder = given.pictures.real_folder.filename().string() + "/";
  auto tasks = ordered_json::array();
  for (size_t i = 0; i < given.answers.size(); ++i) {
    ordered_json task = {{"data",
                          {{"image", "/data/local-files/?d=" +
                                         percent_encoded(folder + given.pictures.all[i].name)}}},
                         {"annotations", ordered_json::array()}};
    const ordered_json choice = {{"from_name", "label"},
                                 {"to_name", "image"},
                                 {"type", "choices"},
                                 {"value", {{"choices", {given.answers[i].label}}}}};
    if (given.has_label(i))
      task["annotations"].push_back({{"result", ordered_json::array({choice})}});
    if (given.is_unsure(i))
      task["annotations"].push_back({{"was_cancelled", true}, {"result", ordered_json::array()}});
    tasks.push_back(std::move(task));
  }
  return tasks.dump(1) + "\n";
}

std::string xml(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\t' || c == '\n' || c == '\r')
      escaped += "&#" + std::to_string(byte) + ";";
    else
      escaped += byte < 32 ? std::string("\uFFFD") : std::string(1, c);  // XML has no such
  }
  return escaped;
}

/// "CVAT for images 1.1": tags.
std::string cvat_text(const Given& given) {
  std::string text =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<annotations>\n  <version>1.1</version>\n";
  for (size_t i = 0; i < given.answers.size(); ++i) {
    text += "  <image id=\"" + std::to_string(i) + "\" name=\"" + xml(given.pictures.all[i].name) +
            "\">";
    if (given.has_label(i))
      text +=
          "\n    <tag label=\"" + xml(given.answers[i].label) + "\" source=\"manual\"></tag>\n  ";
    text += "</image>\n";
  }
  return text + "</annotations>\n";
}

/// Numbers from 1, as in the files of its authors.
std::string coco_text(const Given& given) {
  std::map<std::string, size_t> categories;
  for (const auto& answer : given.answers)
    if (answer.kind == Answer::Kind::label) categories.emplace(answer.label, 0);
  ordered_json coco = {{"images", ordered_json::array()},
                       {"annotations", ordered_json::array()},
                       {"categories", ordered_json::array()}};
  for (auto& [name, number] : categories) {
    number = coco["categories"].size() + 1;
    coco["categories"].push_back({{"id", number}, {"name", name}});
  }
  for (size_t i = 0; i < given.answers.size(); ++i) {
    coco["images"].push_back({{"id", i + 1}, {"file_name", given.pictures.all[i].name}});
    if (given.has_label(i))
      coco["annotations"].push_back({{"id", coco["annotations"].size() + 1},
                                     {"image_id", i + 1},
                                     {"category_id", categories.at(given.answers[i].label)}});
  }
  return coco.dump(1) + "\n";
}

/// As a folder can be called: a class "a/b" must not lead into another one.
std::string folder_name(std::string label) {
  std::ranges::replace(label, '/', '_');
  return label == "." || label == ".." ? "_" + label : label;
}

using Put = Place (*)(const fs::path& file, const fs::path& folder);

void put_into_folders(const Given& given, const fs::path& to, Put put) {
  std::error_code code;
  if (fs::exists(to) && (!fs::is_directory(to) || !fs::is_empty(to, code)))
    throw Error(ExitCode::usage, {"--to " + to.string(), "a folder that is new or empty",
                                  "one with something in it", "name another one"});
  std::map<std::string, std::string> label_of_folder;
  for (const auto& answer : given.answers)
    if (answer.kind == Answer::Kind::label) {
      const auto [at, is_new] = label_of_folder.emplace(folder_name(answer.label), answer.label);
      if (!is_new && at->second != answer.label)
        throw Error(ExitCode::usage,
                    {"--to " + to.string(), "classes with different folders",
                     "'" + at->second + "' and '" + answer.label + "'", "rename one of them"});
    }
  for (size_t i = 0; i < given.answers.size(); ++i) {
    if (!given.has_label(i)) continue;
    const auto folder = to / folder_name(given.answers[i].label);
    make_durable_folders(folder);
    put(given.pictures.all[i].file, folder);
  }
}

using Writer = std::string (*)(const Given&);
const std::map<std::string, Writer> kWriters = {{"csv", csv_text},
                                                {"label-studio", label_studio_text},
                                                {"cvat", cvat_text},
                                                {"coco", coco_text}};

}  // namespace

const std::vector<std::string>& export_formats() {
  static const std::vector<std::string> formats = {"csv",          "folders", "copies",
                                                   "label-studio", "cvat",    "coco"};
  return formats;
}

void require_export_format(const std::string& format) {
  if (std::ranges::find(export_formats(), format) != export_formats().end()) return;
  throw Error(ExitCode::usage, {"--export", "one of " + joined(export_formats(), ", "),
                                "'" + format + "'" + did_you_mean(format, export_formats()),
                                "sslhost label --help"});
}

void require_free(const Pictures& pictures, const fs::path& to, bool replace) {
  const auto where = "--to " + to.string();
  std::error_code ignored;
  const auto real = fs::weakly_canonical(fs::absolute(to, ignored), ignored);
  const auto holds_answers = [&](const fs::path& file) {
    return real == pictures.real_folder / file.filename();
  };
  if (holds_answers("labels.csv") || holds_answers("labels.tsv") ||
      holds_answers(journal_path(pictures.folder)) || fs::equivalent(to, pictures.table, ignored))
    throw Error(ExitCode::usage, {where, "another file than the label table and its journal",
                                  "where answers are kept", "name another one"});
  if (!fs::exists(fs::symlink_status(to, ignored))) return;
  for (const auto& picture : pictures.all)
    if (fs::equivalent(to, picture.file, ignored))
      throw Error(ExitCode::usage,
                  {where, "another file than a picture", "one of the folder", "name another one"});
  if (!replace)
    throw Error(ExitCode::usage, {where, "no file of that name", "one",
                                  "replace it with --force, or name another one with --to"});
}

int64_t export_labels(const Session& session, const std::string& format, const fs::path& to,
                      bool replace) {
  require_export_format(format);
  const auto given = given_in(session);
  if (format == "folders" || format == "copies") {
    put_into_folders(given, to, format == "folders" ? link_into : copy_into);
  } else {
    require_free(session.pictures(), to, replace);
    write_atomic(to, kWriters.at(format)(given));
  }
  return std::ranges::count(given.answers, Answer::Kind::label, &Answer::kind);
}

}  // namespace sslhost::host
