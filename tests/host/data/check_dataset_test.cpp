// SPDX-License-Identifier: Apache-2.0
#include "host/data/check_dataset.hpp"

#include <limits>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "sslhost/error.hpp"

#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Samples samples(int64_t count, bool labels = true) {
  Samples part{at::zeros({count, 1, 2, 2}, at::kByte), {}};
  if (labels) part.labels = at::arange(count, at::kLong).remainder(3);
  return part;
}

Dataset good() {
  return {.classes = {"a", "b", "c"},
          .train = samples(9),
          .test = samples(6),
          .unlabeled = samples(4, false)};
}

/// What is said of the dataset after a change.
template <class Change>
std::string complaint(Change change, DataUse use = DataUse::training) {
  auto dataset = good();
  change(dataset);
  try {
    check_dataset(dataset, "letters", use);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::plugin);
    EXPECT_THAT(error.parts().where, StartsWith("dataset letters, "));
    EXPECT_THAT(error.parts().next, HasSubstr("tell the author of a plugin that is not yours"));
    return error.what();
  }
  return "accepted";
}

TEST(CheckDataset, AcceptsWhatIsWholeAndWhatMayBeMissing) {
  EXPECT_EQ(complaint([](Dataset&) {}), "accepted");
  EXPECT_EQ(complaint([](Dataset& d) { d.test = {}; }), "accepted");
  EXPECT_EQ(complaint([](Dataset& d) { d.unlabeled = {}; }), "accepted");
  EXPECT_EQ(complaint([](Dataset& d) { d.test.labels = Tensor(); }), "accepted")
      << "a holdout may serve";
  EXPECT_EQ(
      complaint([](Dataset& d) { d.train.names = {"a", "b", "c", "d", "e", "f", "g", "h", "i"}; }),
      "accepted")
      << "names of one part alone";
  EXPECT_EQ(complaint([](Dataset& d) {
              d.test.names = {"1", "2", "3", "4", "5", "6"};
              d.unlabeled.names = {"1", "2", "3", "\xc3\xa9"};
            }),
            "accepted")
      << "a name in two parts";
}

TEST(CheckDataset, ClassesAreTwoAtLeastEachOfAName) {
  EXPECT_THAT(complaint([](Dataset& d) { d.classes = {"a"}; }),
              AllOf(HasSubstr("classes: expected at least two"), HasSubstr("found 1")));
  EXPECT_THAT(complaint([](Dataset& d) { d.classes = {"a", "b", "a"}; }),
              AllOf(HasSubstr("classes: expected a name of its own for each"), HasSubstr("a b a")));
  EXPECT_THAT(complaint([](Dataset& d) { d.classes[1] = "caf\xe9"; }),
              HasSubstr("classes: expected names in UTF-8"));
}

TEST(CheckDataset, SamplesHaveOneShapeAndAKnownType) {
  const auto data_of_train = [](Tensor data) {
    return complaint([&](Dataset& d) { d.train.data = std::move(data); });
  };
  const std::string shape = "train.data: expected shape [N,C,H,W], features as [N,D,1,1], found ";
  EXPECT_THAT(data_of_train(at::zeros({9, 4}, at::kByte)), HasSubstr(shape + "shape [9, 4]"));
  EXPECT_THAT(data_of_train(at::zeros({}, at::kByte)), HasSubstr(shape)) << "no dimension at all";
  EXPECT_THAT(data_of_train(at::zeros({9, 1, 0, 2}, at::kByte)), HasSubstr(shape)) << "no pixels";
  EXPECT_THAT(data_of_train(at::zeros({9, 1, 2, 2}).to_sparse()),
              HasSubstr("train.data: expected layout contiguous, found layout sparse"));
  EXPECT_THAT(data_of_train(at::zeros({9, 1, 2, 2}, at::kDouble)),
              HasSubstr("train.data: expected type uint8 or float32, found type Double"));
  EXPECT_THAT(data_of_train(at::zeros({2, 1, 2, 9}, at::kByte).transpose(0, 3)),
              AllOf(HasSubstr("found layout strides [1, 18, 9, 18] of [9, 1, 2, 2]"),
                    HasSubstr("`.contiguous()`")));
  EXPECT_THAT(data_of_train(at::zeros({9, 4}, at::kHalf).t()),
              HasSubstr("found type Half, shape [4, 9], layout strides"))
      << "all of it at once";
  EXPECT_THAT(complaint([](Dataset& d) { d.test.data = at::zeros({6, 1, 2, 3}, at::kByte); }),
              HasSubstr("test.data: expected shape [N,1,2,2] like train.data, found shape [6, 1, "
                        "2, 3]"));
  EXPECT_THAT(complaint([](Dataset& d) { d.unlabeled.data = at::zeros({4, 1, 2, 2}); }),
              HasSubstr("unlabeled.data: expected type uint8, found type Float"));
}

TEST(CheckDataset, KnowledgeIsTextThatFitsIntoAModelFile) {
  const auto with = [](const std::string& knowledge) {
    return complaint([&](Dataset& d) { d.knowledge = knowledge; });
  };
  EXPECT_EQ(with("{\"name\": \"caf\xc3\xa9\"}"), "accepted");
  EXPECT_THAT(with("caf\xe9"), HasSubstr("knowledge: expected text in UTF-8"));
  EXPECT_EQ(with(std::string(8 << 20, 'x')), "accepted");
  EXPECT_THAT(with(std::string((8 << 20) + 1, 'x')), HasSubstr("knowledge: expected 8 MiB"));
}

TEST(CheckDataset, FeaturesAreFinite) {
  const auto with = [](double value) {
    return complaint([&](Dataset& d) {
      for (auto* part : {&d.train, &d.test, &d.unlabeled}) part->data = part->data.to(at::kFloat);
      d.unlabeled.data[3][0][1][1] = value;
    });
  };
  EXPECT_EQ(with(-1e30), "accepted");
  EXPECT_THAT(with(kNaN), HasSubstr("unlabeled.data: expected finite numbers, found NaN in sample "
                                    "3, channel 0, row 1, column 1"));
  EXPECT_THAT(with(1 / 0.0), HasSubstr("found an infinite one in sample 3, channel 0"));
}

TEST(CheckDataset, TheFirstNumberThatIsNotFiniteIsNamedWithItsSample) {
  const auto text = complaint([&](Dataset& d) {
    d.test = {};
    d.unlabeled = {};
    d.train = {at::zeros({3, 700, 30, 50}), at::zeros({3}, at::kLong)};  // several pieces
    d.train.names = {"a", "b.png", "c"};
    d.train.data[1][400][7][49] = kNaN;
    d.train.data[2][0][0][0] = kNaN;
  });
  EXPECT_THAT(text, HasSubstr("sample 1 ('b.png'), channel 400, row 7, column 49"));
}

TEST(CheckDataset, LabelsAreOneASampleAndInRange) {
  const auto labels = [](Tensor values) {
    return complaint([&](Dataset& d) { d.test.labels = std::move(values); });
  };
  const std::string shape = "test.labels: expected shape [6], one a sample, found shape ";
  EXPECT_THAT(labels(at::zeros({5}, at::kLong)), HasSubstr(shape + "[5]"));
  EXPECT_THAT(labels(at::zeros({6, 1}, at::kLong)), HasSubstr(shape + "[6, 1]"));
  EXPECT_THAT(labels(at::zeros({6}, at::kInt)),
              HasSubstr("test.labels: expected type int64, found type Int"));
  EXPECT_THAT(labels(at::zeros({12}, at::kLong).slice(0, 0, 12, 2)),
              HasSubstr("expected layout contiguous, found layout strides [2] of [6]"));
  EXPECT_THAT(labels(at::arange(6, at::kLong)),
              HasSubstr("test.labels: expected numbers from 0 to 2, found 3 for sample 3"));
  EXPECT_THAT(labels(at::arange(-1, 5, at::kLong)), HasSubstr("found -1 for sample 0"));
}

TEST(CheckDataset, ATrainingPartHasLabelsAnUnlabeledPartNone) {
  EXPECT_THAT(complaint([](Dataset& d) { d.train.labels = Tensor(); }),
              AllOf(HasSubstr("train.labels: expected one for each sample"), HasSubstr("none")));
  EXPECT_THAT(complaint([](Dataset& d) { d.train = {}; }),
              HasSubstr("train.data: expected samples"));
  EXPECT_THAT(complaint([](Dataset& d) { d.unlabeled.labels = at::zeros({4}, at::kLong); }),
              AllOf(HasSubstr("unlabeled.labels: expected none"), HasSubstr("must not be seen")));
  EXPECT_THAT(complaint([](Dataset& d) { d.unlabeled = {{}, at::zeros({0}, at::kLong)}; }),
              HasSubstr("unlabeled.labels: expected none"))
      << "not even of no sample";
  EXPECT_THAT(complaint([](Dataset& d) { d.test.data = Tensor(); }), HasSubstr("test.labels: "))
      << "labels of nothing";
}

TEST(CheckDataset, NamesAreNoneOrOneASampleInUtf8AndUnique) {
  const auto names = [](std::vector<std::string> given) {
    return complaint([&](Dataset& d) { d.unlabeled.names = std::move(given); });
  };
  EXPECT_EQ(names({"a", "b", "c", "d"}), "accepted");
  EXPECT_THAT(names({"a", "b", "c"}),
              AllOf(HasSubstr("unlabeled.names: expected none, or one for each of 4 samples"),
                    HasSubstr("found 3")));
  EXPECT_THAT(names({"a", "b", "a", "d"}), AllOf(HasSubstr("unlabeled.names: expected each once"),
                                                 HasSubstr("'a' of samples 0 and 2")));
  EXPECT_THAT(names({"a", "b", "caf\xe9", "d"}),
              AllOf(HasSubstr("unlabeled.names: expected text in UTF-8"), HasSubstr("sample 2")));
  EXPECT_THAT(complaint([](Dataset& d) {
                d.test = {};
                d.test.names = {"a"};
              }),
              HasSubstr("test.names: expected none"));
}

TEST(CheckDataset, AScaleIsAFiniteNumberOtherThanZero) {
  for (const double scale : {0.0, kNaN, 1 / 0.0})
    EXPECT_THAT(complaint([&](Dataset& d) { d.scale = scale; }), HasSubstr("scale")) << scale;
}

TEST(CheckDataset, AClassOfTheTestPartAloneIsNamed) {
  auto dataset = good();
  require_learnable_classes(dataset, "letters");
  dataset.train.labels.remainder_(2);
  const auto error = failure_of([&] { require_learnable_classes(dataset, "letters"); });
  EXPECT_EQ(error.code(), ExitCode::data);
  EXPECT_EQ(error.parts().where, "dataset letters, class c");
  EXPECT_EQ(error.parts().found, "none, and 2 in the test part");
  dataset.test.labels.remainder_(2);
  require_learnable_classes(dataset, "letters");  // a class that nobody has fails no test
  dataset.test = {};
  require_learnable_classes(dataset, "letters");
}

TEST(CheckDataset, ToBePredictedDataNeedNeitherLabelsNorATrainingPart) {
  const auto predicting = [](auto change) { return complaint(change, DataUse::prediction); };
  EXPECT_EQ(predicting([](Dataset& d) { d.train.labels = Tensor(); }), "accepted");
  EXPECT_EQ(predicting([](Dataset& d) { d.train = {}; }), "accepted");
  EXPECT_EQ(predicting([](Dataset& d) {
              d.classes = {};
              d.train = d.test = {};
            }),
            "accepted")
      << "without labels classes mean nothing";
  EXPECT_THAT(predicting([](Dataset& d) { d.classes = {}; }),
              HasSubstr("classes: expected at least two"));
  EXPECT_THAT(predicting([](Dataset& d) { d.train = d.test = d.unlabeled = {}; }),
              HasSubstr("parts: expected samples"));
  EXPECT_THAT(predicting([](Dataset& d) {
                d.train = {};
                d.unlabeled.data = at::zeros({4, 1, 2, 2});
              }),
              HasSubstr("unlabeled.data: expected type uint8, found type Float"));
}

}  // namespace
}  // namespace sslhost::host
