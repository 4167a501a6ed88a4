// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/datasets/images/listings.hpp"

namespace sslhost::images {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const char* const kExpected = "pictures in a folder a class, or labels.csv";
const char* const kHowTo =
    "put them into one folder a class, name them cat.1.jpg, dog.1.jpg, write labels.csv with "
    "path,label, or label them in the browser: sslhost label FOLDER";

void expect_refused(const Names& files, const std::string& expected, const std::string& found,
                    const std::string& next, const std::string& where = "") {
  const Photos photos(files);
  expect_parts((where.empty() ? photos.path() : photos / where).string(), expected, found,
               HasSubstr(next), [&] { photos.list(); });
}

TEST(LayoutErrors, FolderMustBeThere) {
  const auto none = failure_of([] { list_folder("", {}); });
  EXPECT_EQ(none.code(), ExitCode::usage);
  EXPECT_STREQ(none.what(),
               "--data: expected the folder with the photos, found nothing; pass --data FOLDER");
  const Photos photos({"file"});
  for (const auto& [name, found] : {std::pair("file", "a file"), {"no", "nothing there"}})
    expect_parts((photos / name).string(), "a folder with photos", found,
                 "check the path given with --data", [&] { list_folder(photos / name, {}); });
}

TEST(LayoutErrors, FolderWithoutImagesIsRefusedForPredictionToo) {
  const char* const next = "check that this is the folder of the photos";
  expect_refused({}, kExpected, "an empty folder", next);
  expect_refused({"b.txt", "a/c.zip"}, kExpected,
                 "no image; passed over: 'a/c.zip' (a file of another kind (.zip)) and 1 more",
                 next);
  const Photos photos;
  photos.folder("cat");
  expect_failure(ExitCode::data, "found empty folders; ", [&] { photos.list(kPrediction); });
}

TEST(LayoutErrors, ImagesWithoutLabelsAreRefused) {
  const Photos photos({"a.jpg", "b.jpg"});
  expect_failure(
      ExitCode::data,
      photos.path().string() +
          ": expected pictures in a folder a class, or labels.csv, found 2 images and no label "
          "('a.jpg' "
          "tells no class: no number in it, or none at its end); put them into one folder a class, "
          "name them cat.1.jpg, dog.1.jpg, write labels.csv with path,label, or label them in the "
          "browser: sslhost label FOLDER",
      [&] { photos.list(); });
  expect_refused(
      {"IMG_1.jpg", "IMG_2.jpg", "DSC_1.jpg", "DSC_2.jpg"}, kExpected,
      "4 images and no label ('DSC_1.jpg' tells no class: such names cameras and programs "
      "give)",
      kHowTo);
  expect_refused({"unlabeled/a.jpg"}, kExpected, "1 image and no label", kHowTo);
  expect_refused({"cat_1.jpg", "cat_2.jpg"}, kExpected,
                 "2 images and no label (all are named 'cat')", kHowTo);
  expect_refused(
      {"train/a.jpg", "test/cat/b.jpg"}, kExpected,
      "1 image and no label for training ('a.jpg' tells no class: no number in it, or none "
      "at its end)",
      kHowTo);
}

TEST(LayoutErrors, OneClassIsRefused) {
  const char* const expected = "pictures in a folder a class, two classes at least";
  expect_refused({"cat/1.jpg", "cat/2.jpg", "3.jpg"}, expected, "one, 'cat'", kHowTo);
  expect_refused({"train/cat/1.jpg", "test/dog/1.jpg"}, expected, "one, 'cat'", kHowTo, "train");
}

TEST(LayoutErrors, FolderAroundTheClassesIsPointedAt) {
  const Photos photos({"inner/cat/1.jpg", "inner/dog/1.jpg"});
  expect_parts(photos.path().string(), "pictures in a folder a class, two classes at least",
               "one, 'inner'",
               AllOf(StartsWith("pass " + (photos / "inner").string() + " if the folders"),
                     HasSubstr(kHowTo)),
               [&] { photos.list(); });
}

TEST(LayoutErrors, ClassWithoutImagesIsNamed) {
  expect_refused({"cat/1.jpg", "dog/1.jpg", "bird/notes.txt"}, "images of the class 'bird'", "none",
                 "take the folder out", "bird");
  expect_refused({"train/cat/1.jpg", "train/dog/1.jpg", "train/bird/.x"},
                 "images of the class 'bird'", "none", "take the folder out", "train/bird");
  // A test part may lack a class.
  const Photos photos({"train/cat/1.jpg", "train/dog/1.jpg", "test/cat/1.jpg", "test/dog/.x"});
  EXPECT_EQ(photos.list().test.size(), 1u);
}

TEST(LayoutErrors, FoldersBesideThePartsAreAmbiguous) {
  expect_refused({"train/cat/1.jpg", "train/dog/1.jpg", "bird/1.jpg"},
                 "only train, val, test and unlabeled where there is one of them",
                 "'bird' beside them", "put the folders of the classes into train");
  expect_refused({"cat/1.jpg", "dog/1.jpg", "test/1.jpg"},
                 "only train, val, test and unlabeled where there is one of them",
                 "'cat' beside them", "put the folders of the classes into train");
}

TEST(LayoutErrors, PartsMustBeClear) {
  expect_refused({"train/cat/1.jpg", "Training/dog/1.jpg"}, "one folder for each part",
                 "'Training' and 'train'", "put all into one");
  expect_refused({"train/cat/1.jpg", "train/dog/1.jpg", "test/1.jpg", "testing/1.jpg"},
                 "one folder for each part", "'test' and 'testing'", "put all into one");
  expect_refused({"test/cat/1.jpg", "test/dog/1.jpg"}, "train beside test or val", "none",
                 "'train'");
  expect_refused({"train/.x", "test/dog/1.jpg"}, "pictures in a folder a class", "no image", kHowTo,
                 "train");
}

TEST(LayoutErrors, ClassesThatTrainingDoesNotHaveAreNamed) {
  const char* const expected = "classes that training images have";
  expect_refused({"train/cat/1.jpg", "train/dog/1.jpg", "test/dogs/1.jpg"}, expected,
                 "'dogs' in the test part only: 'test/dogs/1.jpg'", "correct its name");
  expect_refused({"train/cat/1.jpg", "train/dog/1.jpg", "val/Cat/1.jpg"}, expected,
                 "'Cat' in the validation part only: 'val/Cat/1.jpg'", "correct its name");
}

TEST(LayoutErrors, TestNamesHaveKnownClassesOrNone) {
  const Names files = {"train/cat.1.jpg", "train/cat.2.jpg", "train/dog.1.jpg",
                       "train/dog.2.jpg", "test/cat.3.jpg",  "test/bird.1.jpg"};
  expect_refused(files, "a class of the training images in all file names of a part, or in none",
                 "'test/cat.3.jpg', but 'test/bird.1.jpg'", "correct the names");
  const auto listing = Photos(files).list(kPrediction);
  EXPECT_THAT(lines(listing, listing.test),
              ::testing::ElementsAre("test/bird.1.jpg", "test/cat.3.jpg=cat"));
}

}  // namespace
}  // namespace sslhost::images
