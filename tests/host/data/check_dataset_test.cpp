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
    EXPECT_EQ(error.parts().next, "tell the plugin's author");
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
  const std::string form = "train.data: expected contiguous samples [N,C,H,W] on the CPU";
  EXPECT_THAT(data_of_train(at::zeros({9, 4}, at::kByte)),
              AllOf(HasSubstr(form), HasSubstr("[9, 4]")));
  EXPECT_THAT(data_of_train(at::zeros({}, at::kByte)), HasSubstr(form)) << "no dimension at all";
  EXPECT_THAT(data_of_train(at::zeros({9, 1, 2, 2}).to_sparse()), HasSubstr("sparse"));
  EXPECT_THAT(data_of_train(at::zeros({9, 1, 2, 2}, at::kDouble)),
              AllOf(HasSubstr(form), HasSubstr("Double")));
  EXPECT_THAT(data_of_train(at::zeros({9, 1, 2, 2}, at::kByte).transpose(0, 3)), HasSubstr(form));
  EXPECT_THAT(data_of_train(at::zeros({9, 1, 0, 2}, at::kByte)), HasSubstr(form)) << "no pixels";
  EXPECT_THAT(complaint([](Dataset& d) { d.test.data = at::zeros({6, 1, 2, 3}, at::kByte); }),
              AllOf(HasSubstr("test.data: expected the shape and type of train.data"),
                    HasSubstr("[6, 1, 2, 3]")));
  EXPECT_THAT(complaint([](Dataset& d) { d.unlabeled.data = at::zeros({4, 1, 2, 2}); }),
              AllOf(HasSubstr("unlabeled.data: expected the shape and type of train.data"),
                    HasSubstr("Float")));
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
  for (const double value : {kNaN, 1 / 0.0})
    EXPECT_THAT(with(value), HasSubstr("unlabeled.data: expected finite features")) << value;
}

TEST(CheckDataset, LabelsAreOneASampleAndInRange) {
  const auto labels = [](Tensor values) {
    return complaint([&](Dataset& d) { d.test.labels = std::move(values); });
  };
  const std::string form = "test.labels: expected one int64 a sample, contiguous, on the CPU";
  EXPECT_THAT(labels(at::zeros({5}, at::kLong)), HasSubstr(form));
  EXPECT_THAT(labels(at::zeros({6}, at::kInt)), AllOf(HasSubstr(form), HasSubstr("Int")));
  EXPECT_THAT(labels(at::zeros({6, 1}, at::kLong)), HasSubstr(form));
  EXPECT_THAT(labels(at::zeros({12}, at::kLong).slice(0, 0, 12, 2)), HasSubstr(form));
  EXPECT_THAT(labels(at::arange(6, at::kLong)),
              AllOf(HasSubstr("test.labels: expected numbers from 0 to 2"), HasSubstr("0 to 5")));
  EXPECT_THAT(labels(at::arange(-1, 5, at::kLong)), HasSubstr("-1 to 4"));
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
              HasSubstr("unlabeled.data: expected the shape and type of test.data"));
}

}  // namespace
}  // namespace sslhost::host
