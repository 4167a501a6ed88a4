// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/name_classes.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

namespace sslhost::images {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(NameClasses, ClassStandsBeforeTheNumber) {
  const std::pair<const char*, const char*> cases[] = {
      {"cat.12.jpg", "cat"},
      {"dog_7.png", "dog"},
      {"cat-3.jpeg", "cat"},
      {"cat12.jpg", "cat"},
      {"cat (12).jpg", "cat"},
      {"cat.12", "cat"},  // no extension
      {"dog_7", "dog"},
      {"cat_12_left.jpg", "cat"},
      {"american_bulldog_12.jpg", "american_bulldog"},
      {"golden retriever 3.jpg", "golden retriever"},
      {"vgg16_cat_3.jpg", "vgg16_cat"},
      {"cat_left12.jpg", "cat_left"},
      {"7_00012.png", "7"},
      {"10-1.png", "10"},
      {"\xC3\xA9tang_1.jpg", "\xC3\xA9tang"},
      {"Cat_1.jpg", "Cat"},
      {"pine_1.jpg", "pine"},  // begins as a camera's P1000001 does
  };
  for (const auto& [file, expected] : cases) EXPECT_EQ(class_in_name(file).name, expected) << file;
}

TEST(NameClasses, NamesWithoutClassOrNumberHaveNone) {
  for (const char* file :
       {"1.jpg", "0001.png", "cat.jpg", "cat_a.jpg", "cat_3f2a.jpg", "(1).jpg", "2024-01-05.jpg",
        "20240105_123456.jpg", "2024_1.jpg", "1_2_3.jpg", "1_cat.jpg", "_.jpg", "-", ""}) {
    EXPECT_EQ(class_in_name(file).name, "") << file;
    EXPECT_NE(class_in_name(file).why_not, "") << file;
  }
}

TEST(NameClasses, NamesThatCamerasAndProgramsGiveAreNoClasses) {
  for (const char* file :
       {"IMG_0001.jpg", "IMG-20240105-WA0003.jpg", "img1.png", "DSC_0002.jpg", "DSCN0003.JPG",
        "DSCF1.jpg", "DCIM_1.jpg", "PXL_20240105_123456.jpg", "image 1.png", "Photo-3.jpg",
        "Screenshot_20240105-1.png", "Screenshot 2024-01-05.png", "P1000123.JPG", "MVIMG_2024.jpg",
        "GOPR0001.JPG", "WP_20130101_001.jpg", "WhatsApp Image 2024-01-05.jpeg"})
    EXPECT_THAT(class_in_name(file).why_not, HasSubstr("cameras")) << file;
}

TEST(NameClasses, AllNamesMustHaveOne) {
  EXPECT_THAT(classes_in_names({"cat.1.jpg", "cat.2.jpg", "dog.1.jpg", "dog.2.jpg"}).of_file,
              ElementsAre("cat", "cat", "dog", "dog"));
  const auto mixed =
      classes_in_names({"cat.1.jpg", "cat.2.jpg", "dog.1.jpg", "dog.2.jpg", "x.jpg"});
  EXPECT_THAT(mixed.of_file, IsEmpty());
  EXPECT_EQ(mixed.why_not, "'x.jpg' tells no class: no number in it, or none at its end");
}

TEST(NameClasses, CameraPhotosDoNotBecomeClasses) {
  const auto photos =
      classes_in_names({"IMG_0001.jpg", "IMG_0002.jpg", "DSC_0001.jpg", "DSC_0002.jpg"});
  EXPECT_THAT(photos.of_file, IsEmpty());
  EXPECT_EQ(photos.why_not, "'IMG_0001.jpg' tells no class: such names cameras and programs give");
}

TEST(NameClasses, ThereAreTwoToAThousandOfTwoImagesOrMore) {
  EXPECT_EQ(classes_in_names({"cat.1", "cat.2"}).why_not, "all are named 'cat'");
  EXPECT_EQ(classes_in_names({"cat.1", "cat.2", "dog.1"}).why_not, "only one is named 'dog'");
  std::vector<std::string> names;
  const auto read = [&] {
    return classes_in_names(std::vector<std::string_view>(names.begin(), names.end()));
  };
  for (int i = 0; i < 1000; ++i)
    for (const char* end : {"x_1.jpg", "x_2.jpg"}) names.push_back("c" + std::to_string(i) + end);
  EXPECT_EQ(read().of_file.size(), 2000u);
  names.insert(names.end(), {"c1000x_1.jpg", "c1000x_2.jpg"});
  EXPECT_EQ(read().why_not, "their names would make 1,001 classes, 1,000 at most");
}

}  // namespace
}  // namespace sslhost::images
