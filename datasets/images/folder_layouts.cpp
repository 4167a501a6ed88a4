// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/folder_layouts.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "sslhost/error.hpp"

#include "datasets/images/name_classes.hpp"
#include "datasets/images/text.hpp"

namespace sslhost::images {

namespace {

using Folders = std::vector<const Folder*>;
using Samples = std::vector<Sample>;

bool is_any(const Folder& folder, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, lower(folder.name)) != names.end();
}
bool is_train(const Folder& folder) { return is_any(folder, {"train", "training"}); }
bool is_test(const Folder& folder) { return is_any(folder, {"test", "testing"}); }
bool is_validation(const Folder& folder) { return is_any(folder, {"val", "valid", "validation"}); }
bool is_unlabeled(const Folder& folder) { return is_any(folder, {"unlabeled", "unlabelled"}); }

/// Rather not a class, though it might be one.
bool is_perhaps_unlabeled(const Folder& folder) {
  return is_any(folder, {"unsorted", "unknown", "unclassified", "uncategorized", "unassigned",
                         "unlabled", "no_label", "no-label", "nolabel"});
}

std::string_view own_name(const File& file) {
  return std::string_view(file.name).substr(file.name.rfind('/') + 1);  // npos + 1 is 0
}

/// Fills a draft from a folder and, in parts, from those below it.
class Sorter {
 public:
  Sorter(const Tree& tree, bool for_prediction) : tree_(tree), for_prediction_(for_prediction) {
    draft_.where = tree.path.string();
    draft_.passed_over = tree.passed_over;
  }

  Draft sort() {
    const auto& folders = tree_.top.folders;
    const auto is_part = [](const Folder& folder) {
      return is_train(folder) || ((is_test(folder) || is_validation(folder)) && folder.count() > 0);
    };
    if (std::ranges::any_of(folders, is_part))
      sort_parts();
    else
      sort_one(tree_.top, draft_.train, draft_.unlabeled, true);
    return std::move(draft_);
  }

 private:
  void sort_parts() {
    Folders train, validation, test;
    for (const auto& folder : tree_.top.folders) {
      if (is_train(folder))
        train.push_back(&folder);
      else if (is_validation(folder))
        validation.push_back(&folder);
      else if (is_test(folder))
        test.push_back(&folder);
      else
        add_beside_parts(folder);
    }
    add_all(tree_.top.files, draft_.unlabeled);
    if (!for_prediction_) check_parts(train, test);
    // Training first: its classes tell what names in the others mean.
    for (const auto* folder : train) sort_one(*folder, draft_.train, draft_.unlabeled, true);
    const std::string inner = std::exchange(draft_.layout, "");
    for (const auto* folder : validation) {
      draft_.validation_folders.push_back(folder->name);
      sort_one(*folder, draft_.validation, draft_.unlabeled, false);
    }
    for (const auto* folder : test) sort_one(*folder, draft_.test, draft_.test, false);
    std::string names;
    for (const auto* part : {&train, &validation, &test})
      for (const auto* folder : *part)
        names += (names.empty() ? "" : ", ") + in_quotes(folder->name);
    draft_.layout = "folders " + names + (inner.empty() ? "" : ", " + inner);
  }

  void add_beside_parts(const Folder& folder) {
    if (folder.count() == 0) return pass_over(folder);
    if (!is_unlabeled(folder) && !for_prediction_)
      throw Error(
          ExitCode::data,
          {tree_.path.string(), "only train, val, test and unlabeled where there is one of them",
           in_quotes(folder.name) + " beside them",
           "put the folders of the classes into train; a class called train, val or test needs "
           "another name"});
    add_all(folder, draft_.unlabeled);
  }

  void check_parts(const Folders& train, const Folders& test) const {
    for (const auto* part : {&train, &test})
      if (part->size() > 1)
        throw Error(ExitCode::data,
                    {tree_.path.string(), "one folder for each part",
                     in_quotes(part->at(0)->name) + " and " + in_quotes(part->at(1)->name),
                     "put all into one of them"});
    if (train.empty())
      throw Error(ExitCode::data, {tree_.path.string(), "train beside test or val", "none",
                                   "put the images to train with into a folder 'train'"});
    if (train.front()->count() == 0)
      throw Error(ExitCode::data, {(tree_.path / train.front()->name).string(),
                                   "pictures in a folder a class", "no image", kHowToLabel});
  }

  /// Layouts 3 and 4. `rest` takes what has no label; `trains`: this folder says which classes
  /// exist.
  void sort_one(const Folder& folder, Samples& samples, Samples& rest, bool trains) {
    Folders classes, empty;
    for (const auto& below : folder.folders) {
      if (is_unlabeled(below))
        add_all(below, rest);
      else
        (below.count() > 0 ? classes : empty).push_back(&below);
    }
    if (classes.empty()) {
      for (const auto* one : empty) pass_over(*one);
      return sort_by_name(folder.files, samples, rest, trains);
    }
    if (trains && !for_prediction_) check_class_folders(folder, classes, empty);
    for (const auto* one : empty) pass_over(*one);
    draft_.layout = "a folder a class";
    for (const auto* one : classes) {
      const auto label = draft_.label(one->name);
      if (trains && is_perhaps_unlabeled(*one))
        draft_.warnings.push_back("the folder " + in_quotes(one->name) +
                                  " is taken for a class; if its images have no label, call it "
                                  "'unlabeled'");
      one->for_each([&](const File& file) { samples.push_back({&file, label}); });
    }
    add_all(folder.files, rest);
  }

  void check_class_folders(const Folder& folder, const Folders& classes,
                           const Folders& empty) const {
    const auto path = path_of(folder);
    if (!empty.empty())
      throw Error(ExitCode::data, {(path / empty.front()->name).string(),
                                   "images of the class " + in_quotes(empty.front()->name), "none",
                                   "put its images there, or take the folder out"});
    if (classes.size() > 1) return;
    const Folder& only = *classes.front();
    const bool holds_more = only.folders.size() > 1;
    throw Error(ExitCode::data,
                {path.string(), "pictures in a folder a class, two classes at least",
                 "one, " + in_quotes(only.name),
                 (holds_more ? "pass " + (path / only.name).string() +
                                   " if the folders of the classes are in there; otherwise "
                             : std::string()) +
                     kHowToLabel});
  }

  void sort_by_name(const std::vector<File>& files, Samples& samples, Samples& rest, bool trains) {
    if (files.empty()) return;
    if (!trains && !draft_.labels.empty()) return sort_by_known_name(files, samples, rest);
    std::vector<std::string_view> names;
    for (const auto& file : files) names.push_back(own_name(file));
    const auto classes = classes_in_names(names);
    if (classes.of_file.empty()) {
      draft_.why_not = classes.why_not;
      draft_.layout = "no folders of classes";
      return add_all(files, rest);
    }
    draft_.layout = "the class in the file name";
    for (size_t i = 0; i < files.size(); ++i)
      samples.push_back({&files[i], draft_.label(classes.of_file[i])});
  }

  /// Of a test or validation part: all names have a class that training has, or none has.
  void sort_by_known_name(const std::vector<File>& files, Samples& samples, Samples& rest) {
    const File *known = nullptr, *unknown = nullptr;
    for (const auto& file : files) {
      const auto label = draft_.labels.find(class_in_name(own_name(file)).name);
      const bool is_known = label != draft_.labels.end();
      (is_known ? known : unknown) = &file;
      (is_known ? samples : rest).push_back({&file, is_known ? std::string_view(*label) : ""});
    }
    if (known == nullptr || unknown == nullptr || for_prediction_) return;
    throw Error(
        ExitCode::data,
        {draft_.where, "a class of the training images in all file names of a part, or in none",
         in_quotes(known->name) + ", but " + in_quotes(unknown->name),
         "correct the names, or put the images into one folder a class"});
  }

  void pass_over(const Folder& folder) {
    draft_.passed_over.push_back({folder.name, "a folder without images"});
  }
  void add_all(const std::vector<File>& files, Samples& samples) {
    for (const auto& file : files) samples.push_back({&file});
  }
  void add_all(const Folder& folder, Samples& samples) {
    folder.for_each([&](const File& file) { samples.push_back({&file}); });
  }
  /// Of the top or one of the parts.
  std::filesystem::path path_of(const Folder& folder) const {
    return folder.name.empty() ? tree_.path : tree_.path / folder.name;
  }

  const Tree& tree_;
  const bool for_prediction_;
  Draft draft_;
};

}  // namespace

Draft draft_by_folders(const Tree& tree, bool for_prediction) {
  return Sorter(tree, for_prediction).sort();
}

}  // namespace sslhost::images
