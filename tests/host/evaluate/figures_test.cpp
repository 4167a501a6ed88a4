// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/figures.hpp"

#include <functional>
#include <limits>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "sslhost/error.hpp"

#include "tests/support/failures.hpp"
#include "tests/support/toy_data.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Painter final : public Method, public Figures {
 public:
  std::vector<Phase> phases(const Task&) const override { return {}; }
  void build(Build&) override {}
  void step(Step&) override {}
  Tensor predict(const Tensor& images) override { return images; }
  const void* ability(std::string_view id) override {
    return offers && id == Figures::kAbility ? static_cast<Figures*>(this) : nullptr;
  }
  std::vector<Figure> figures(const Tensor& images) override { return paint(images); }

  bool offers = true;
  std::function<std::vector<Figure>(const Tensor&)> paint = [](const Tensor& images) {
    return std::vector<Figure>{{"copies", "the images themselves", images}};
  };
};

std::vector<Figure> ask(Painter& painter) {
  const auto data = testing::toy_data();
  return ask_for_figures(painter, "painter", 7, data.task, data.test);
}

/// The error about one figure.
Error refusal(Figure figure) {
  Painter painter;
  painter.paint = [&](const Tensor&) { return std::vector<Figure>{figure}; };
  return failure_of([&] { ask(painter); });
}

const auto kImages = at::zeros({2, 1, 2, 3});

TEST(Figures, TestImagesGoInAndFiguresComeOut) {
  Painter painter;
  const auto figures = ask(painter);
  ASSERT_THAT(figures, SizeIs(1));
  const auto data = testing::toy_data();
  EXPECT_TRUE(at::equal(figures[0].data, gather(data.test.data, data.test.rows, 1.0 / 255)))
      << "the toy's test part has fewer than 16 samples";
}

TEST(Figures, TheImagesAreSpreadOverTheTestPart) {
  const auto data = testing::toy_data(6, 1000);
  const LabeledPart part{data.unlabeled.data, at::arange(160, at::kLong), {}, 1};
  const auto images = images_for_figures(part);
  EXPECT_TRUE(at::equal(images, gather(part.data, at::arange(0, 160, 10, at::kLong), 1)));
}

TEST(Figures, AMethodNeedNotHaveAny) {
  Painter painter;
  painter.offers = false;
  EXPECT_THAT(ask(painter), IsEmpty());
}

TEST(Figures, PointsAndDoublesAreTakenToo) {
  Painter painter;
  painter.paint = [](const Tensor&) {
    return std::vector<Figure>{{"points", "", at::ones({5, 2}, at::kDouble)}};
  };
  const auto figures = ask(painter);
  EXPECT_EQ(figures.at(0).data.scalar_type(), at::kFloat);
}

TEST(Figures, ABadNameIsNamed) {
  for (const char* name :
       {"", "Samples", "../x", "a b", "-a", "mistakes", "labeled", "decision-map", "samples-000240",
        "a-name-of-far-more-than-forty-characters-in-all"}) {
    const auto error = refusal({name, "", kImages});
    EXPECT_EQ(error.code(), ExitCode::plugin) << name;
    EXPECT_THAT(error.what(), AllOf(HasSubstr("painter"), HasSubstr(name))) << name;
  }
  EXPECT_EQ(refusal({"x-12", "", {}}).parts().found, "an undefined tensor") << "a good name";
}

TEST(Figures, TwoOfOneNameAreRefused) {
  Painter painter;
  painter.paint = [](const Tensor&) {
    return std::vector<Figure>{{"a", "", kImages}, {"a", "", kImages}};
  };
  EXPECT_THROW(ask(painter), Error);
}

TEST(Figures, OtherShapesAreNamedWithWhatWasExpected) {
  for (const auto& data : {at::zeros({2, 3, 2, 3}), at::zeros({0, 1, 2, 3}), at::zeros({4, 3}),
                           at::zeros({401, 1, 2, 3}), at::zeros({6})}) {
    const auto error = refusal({"samples", "", data});
    EXPECT_EQ(error.code(), ExitCode::plugin);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("'samples'"), HasSubstr("[N, 1, H, W]")));
  }
}

TEST(Figures, ValuesThatAreNoColorsAreRefused) {
  auto bad = kImages.clone();
  bad[1][0][1][1] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(refusal({"samples", "", bad}).what(), HasSubstr("NaN or infinite"));
  EXPECT_THAT(refusal({"samples", "", kImages.to(at::kLong)}).what(), HasSubstr("floating"));
  EXPECT_THAT(refusal({"samples", "", kImages, 0}).what(), HasSubstr("columns"));
}

TEST(Figures, WhatAMethodThrowsIsNamedWithItsIteration) {
  Painter painter;
  painter.paint = [](const Tensor&) -> std::vector<Figure> { throw 3; };
  expect_failure(ExitCode::plugin, "in figures, iteration 7", [&] { ask(painter); });
}

}  // namespace
}  // namespace sslhost::host
