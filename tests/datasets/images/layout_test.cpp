// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <random>
#include <set>

#include <gmock/gmock.h>

#include "tests/datasets/images/listings.hpp"

namespace sslhost::images {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Names kTwoClasses = {"cat/1.jpg", "cat/2.jpg", "dog/1.jpg"};

TEST(FolderAClass, HoldsAllImagesBelowIt) {
  const Photos photos({"dog/10.jpg", "dog/2.jpg", "cat/a/b/c.png", "cat/noextension",
                       "class10/1.gif", "class9/1.gif"});
  const auto listing = photos.list();
  EXPECT_THAT(listing.classes, ElementsAre("cat", "class9", "class10", "dog"));
  EXPECT_THAT(lines(listing, listing.train),
              ElementsAre("cat/a/b/c.png=cat", "cat/noextension=cat", "class9/1.gif=class9",
                          "class10/1.gif=class10", "dog/2.jpg=dog", "dog/10.jpg=dog"));
  EXPECT_THAT(listing.test, IsEmpty());
  EXPECT_THAT(listing.unlabeled, IsEmpty());
  EXPECT_EQ(listing.train[4].file, photos / "dog/2.jpg");
  EXPECT_EQ(listing.said, "a folder a class, 4 classes: 6 labeled images");
}

TEST(FolderAClass, ImagesBesideTheClassesAndInUnlabeledHaveNoLabel) {
  Photos photos(kTwoClasses);
  photos.add({"loose.jpg", "Unlabeled/cat/3.jpg", "Unlabeled/4.jpg"});
  const auto listing = photos.list();
  EXPECT_THAT(lines(listing, listing.train),
              ElementsAre("cat/1.jpg=cat", "cat/2.jpg=cat", "dog/1.jpg=dog"));
  EXPECT_THAT(lines(listing, listing.unlabeled),
              ElementsAre("Unlabeled/4.jpg", "Unlabeled/cat/3.jpg", "loose.jpg"));
  EXPECT_EQ(listing.said, "a folder a class, 2 classes: 3 labeled images; unlabeled: 3 more");
}

TEST(FolderAClass, CountsAreGroupedInWhatIsSaid) {
  Photos photos(kTwoClasses);
  for (int i = 0; i < 998; ++i) photos.add({"cat/more" + std::to_string(i)});
  EXPECT_EQ(photos.list().said, "a folder a class, 2 classes: 1,001 labeled images");
}

TEST(FolderAClass, FoldersThatArePutAsideAreNoClasses) {
  Photos photos(kTwoClasses);
  photos.add({"_old/1.jpg", ".cache/1.jpg", "__MACOSX/1.jpg", "cat/_crops/9.jpg", "@eaDir/1.jpg"});
  const auto listing = photos.list();
  EXPECT_EQ(listing.train.size(), 3u);
  EXPECT_THAT(lines(listing.passed_over),
              ElementsAre(".cache: hidden", "@eaDir: left by the system",
                          "__MACOSX: the name begins with '_'", "_old: the name begins with '_'",
                          "cat/_crops: the name begins with '_'"));
}

TEST(FilesBeside, ArePassedOverByNameAndCounted) {
  Photos photos(kTwoClasses);
  photos.add({"cat/.DS_Store", "cat/Thumbs.db", "cat/._1.jpg", "dog/notes.TXT", "dog/DESKTOP.INI",
              "dog/clip.mp4", "LICENSE.md", "dog/2.heic"});
  const auto listing = photos.list();
  EXPECT_THAT(lines(listing.passed_over),
              ElementsAre("LICENSE.md: a file of another kind (.md)", "cat/.DS_Store: hidden",
                          "cat/._1.jpg: hidden", "cat/Thumbs.db: left by the system",
                          "dog/DESKTOP.INI: left by the system",
                          "dog/clip.mp4: a file of another kind (.mp4)",
                          "dog/notes.TXT: a file of another kind (.txt)"));
  EXPECT_EQ(listing.train.back().name, "dog/2.heic");
  EXPECT_THAT(listing.unlabeled, IsEmpty());
}

TEST(Parts, AreFoldersAtTheTop) {
  const Photos photos({"train/cat/1.jpg", "train/dog/1.jpg", "train/unlabeled/2.jpg", "train/3.jpg",
                       "valid/cat/4.jpg", "val/dog/4.jpg", "valid/5.jpg", "test/dog/6.jpg",
                       "test/7.jpg", "test/unlabeled/8.jpg", "unlabeled/9.jpg", "10.jpg"});
  const auto listing = photos.list();
  EXPECT_THAT(listing.classes, ElementsAre("cat", "dog"));
  EXPECT_THAT(lines(listing, listing.train),
              ElementsAre("train/cat/1.jpg=cat", "train/dog/1.jpg=dog", "val/dog/4.jpg=dog",
                          "valid/cat/4.jpg=cat"));
  EXPECT_THAT(lines(listing, listing.test), ElementsAre("test/dog/6.jpg=dog"));
  EXPECT_THAT(
      listing.warnings,
      Contains("2 of 3 test images have no label: left out, 'test/unlabeled/8.jpg' and others"));
  EXPECT_THAT(lines(listing, listing.unlabeled),
              ElementsAre("10.jpg", "train/3.jpg", "train/unlabeled/2.jpg", "unlabeled/9.jpg",
                          "valid/5.jpg"));
  EXPECT_EQ(
      listing.said,
      "folders 'train', 'val', 'valid', 'test', a folder a class, 2 classes: 4 labeled images, "
      "2 of them from 'val' and 'valid' (training samples too: a run draws its own validation "
      "part); test: 1 image; unlabeled: 5 more");
}

TEST(Parts, HaveSeveralNames) {
  const Photos photos({"Training/cat/1.jpg", "Training/dog/1.jpg", "Testing/cat/1.jpg",
                       "Validation/cat/2.jpg", "empty/notes.txt"});
  const auto listing = photos.list();
  EXPECT_EQ(listing.train.size(), 3u);
  EXPECT_THAT(lines(listing, listing.test), ElementsAre("Testing/cat/1.jpg=cat"));
  EXPECT_THAT(lines(listing.passed_over),
              ElementsAre("empty: a folder without images",
                          "empty/notes.txt: a file of another kind (.txt)"));
}

TEST(Parts, MayHoldClassesInFileNames) {
  Photos photos({"train/cat.1.jpg", "train/cat.2.jpg", "train/dog.1.jpg", "train/dog.2.jpg",
                 "test/1.jpg", "test/2.jpg", "val/dog.9.jpg"});
  auto listing = photos.list();
  EXPECT_THAT(lines(listing, listing.train),
              ElementsAre("train/cat.1.jpg=cat", "train/cat.2.jpg=cat", "train/dog.1.jpg=dog",
                          "train/dog.2.jpg=dog", "val/dog.9.jpg=dog"));
  EXPECT_THAT(lines(listing, listing.test), ElementsAre("test/1.jpg", "test/2.jpg"));
  EXPECT_EQ(
      listing.said,
      "folders 'train', 'val', 'test', the class in the file name, 2 classes: 5 labeled images, 1 "
      "of them from 'val' (training samples too: a run draws its own validation part); test: 2 "
      "images without labels");
  // One image of a class is enough in a test part: training says which classes there are.
  std::filesystem::remove_all(photos / "test");
  photos.add({"test/cat.3.jpg", "test/dog.3.jpg"});
  listing = photos.list();
  EXPECT_THAT(lines(listing, listing.test),
              ElementsAre("test/cat.3.jpg=cat", "test/dog.3.jpg=dog"));
}

TEST(ClassInTheFileName, IsTakenWhereThereAreNoFolders) {
  const Photos photos({"dog_1.jpg", "cat_1.jpg", "cat_2.jpg", "dog_10.jpg", "dog_9.jpg",
                       "unlabeled/cat_3.jpg", "notes/a.txt"});
  const auto listing = photos.list();
  EXPECT_THAT(lines(listing, listing.train),
              ElementsAre("cat_1.jpg=cat", "cat_2.jpg=cat", "dog_1.jpg=dog", "dog_9.jpg=dog",
                          "dog_10.jpg=dog"));
  EXPECT_THAT(lines(listing, listing.unlabeled), ElementsAre("unlabeled/cat_3.jpg"));
  EXPECT_EQ(listing.said,
            "the class in the file name, 2 classes: 5 labeled images; unlabeled: 1 more");
}

TEST(Prediction, ListsImagesWithoutLabels) {
  auto listing = Photos({"1.jpg", "IMG_2.jpg"}).list(kPrediction);
  EXPECT_THAT(listing.classes, IsEmpty());
  EXPECT_THAT(lines(listing, listing.unlabeled), ElementsAre("1.jpg", "IMG_2.jpg"));
  EXPECT_EQ(listing.said, "no folders of classes: 2 images without labels");

  listing = Photos({"test/a.jpg", "other/b.jpg"}).list(kPrediction);
  EXPECT_THAT(lines(listing, listing.test), ElementsAre("test/a.jpg"));
  EXPECT_THAT(lines(listing, listing.unlabeled), ElementsAre("other/b.jpg"));
  EXPECT_EQ(listing.said,
            "folders 'test': test: 1 image without labels; "
            "unlabeled: 1 more");
}

TEST(Prediction, TakesLabelsWhereTheyAreKnown) {
  auto listing = Photos({"cat/1.jpg", "2.jpg", "empty/x.txt"}).list(kPrediction);
  EXPECT_THAT(listing.classes, ElementsAre("cat"));
  EXPECT_THAT(lines(listing, listing.train), ElementsAre("cat/1.jpg=cat"));
  EXPECT_THAT(lines(listing, listing.unlabeled), ElementsAre("2.jpg"));

  listing = Photos({"train/cat/1.jpg", "test/bird/1.jpg", "test2/x.jpg"}).list(kPrediction);
  EXPECT_THAT(listing.classes, ElementsAre("bird", "cat"));
  EXPECT_THAT(lines(listing, listing.test), ElementsAre("test/bird/1.jpg=bird"));
  EXPECT_THAT(lines(listing, listing.unlabeled), ElementsAre("test2/x.jpg"));
}

/// A folder with every kind of thing, its files made in an order that `seed` draws.
Listing list_made_in_order(unsigned seed, const Photos& photos) {
  Names files;
  for (const char* folder :
       {"train/b", "train/a10", "train/a9", "test/b", "unlabeled", "train/x/y"})
    for (int i = 0; i < 12; ++i) files.push_back(std::string(folder) + "/" + std::to_string(i));
  for (const char* odd : {"train/b/\xFF", "train/b/%FF", "train/b/\xFE", "test/b/a.txt", "_x/1"})
    files.emplace_back(odd);
  std::shuffle(files.begin(), files.end(), std::mt19937(seed));
  photos.add(files);
  return photos.list();
}

TEST(Listing, DoesNotDependOnTheOrderInWhichFilesWereMade) {
  const Photos first, second;
  const auto expected = list_made_in_order(1, first);
  ASSERT_EQ(expected.train.size(), 51u);
  for (unsigned seed = 2; seed < 6; ++seed) {
    const Photos photos;
    const auto listing = list_made_in_order(seed, photos);
    EXPECT_EQ(listing.classes, expected.classes);
    EXPECT_EQ(lines(listing, listing.train), lines(expected, expected.train));
    EXPECT_EQ(lines(listing, listing.test), lines(expected, expected.test));
    EXPECT_EQ(lines(listing, listing.unlabeled), lines(expected, expected.unlabeled));
    EXPECT_EQ(lines(listing.passed_over), lines(expected.passed_over));
  }
}

TEST(Listing, NamesAreUnique) {
  const Photos photos;
  const auto listing = list_made_in_order(1, photos);
  std::set<std::string> names;
  for (const auto* part : {&listing.train, &listing.test, &listing.unlabeled})
    for (const auto& entry : *part) EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
  EXPECT_EQ(names.size(), 51u + 12 + 12);
}

TEST(Layout, AFolderThatIsPerhapsNoClassIsSaid) {
  const Photos photos({"cat/1.jpg", "dog/1.jpg", "Unsorted/1.jpg"});
  EXPECT_THAT(
      photos.list().warnings,
      ::testing::ElementsAre(::testing::HasSubstr("the folder 'Unsorted' is taken for a class")));
  EXPECT_THAT(Photos({"cat/1.jpg", "dog/1.jpg", "unlabeled/1.jpg"}).list().warnings,
              ::testing::IsEmpty());
}

}  // namespace
}  // namespace sslhost::images
