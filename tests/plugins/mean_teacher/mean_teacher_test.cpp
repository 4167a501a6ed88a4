// SPDX-License-Identifier: Apache-2.0
// Mean Teacher's passes, written down by a scripted step, against the paper's equations as loops
// over doubles.
#include "plugins/mean-teacher/mean_teacher.cpp"  // NOLINT: the class is in an anonymous namespace

#include <gmock/gmock.h>

#include "tests/plugins/support/by_hand.hpp"
#include "tests/plugins/support/scripted.hpp"

namespace {

namespace by_hand = sslhost::testing::by_hand;
using by_hand::Vector;
using sslhost::testing::images;
using sslhost::testing::kClasses;
using sslhost::testing::kHidden;
using sslhost::testing::kInputs;
using sslhost::testing::SpyNet;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kLabeled = 2, kUnlabeled = 4;
const Task kTask = sslhost::testing::small_task(10);

class MeanTeacherStep : public ::testing::Test {
 protected:
  MeanTeacherStep() {
    build.others = {{"student", student}, {"teacher", teacher}};
    step.net = student;
    step.y = at::arange(kLabeled) + 1;
    step.labeled_views = {{"student", images(kLabeled, 1)}, {"teacher", images(kLabeled, 2)}};
    step.unlabeled_views = {{"student", images(kUnlabeled, 3)}, {"teacher", images(kUnlabeled, 5)}};
    o.weight = 1.7;
    o.ramp.kind = RampOptions::Kind::none;
  }
  void run() {
    MeanTeacher method(o);
    method.build(build);
    method.step(step);
  }
  static by_hand::Net hand(const SpyNet& net) {
    return {kInputs, kHidden, kClasses, by_hand::values(net.w1), by_hand::values(net.w2)};
  }
  Tensor seen_by(const std::string& who) {
    return at::cat({step.labeled_views.at(who), step.unlabeled_views.at(who)});
  }
  /// Eq. 1 with the distance d(teacher's probability, student's) of one class.
  template <class Distance>
  double hand_consistency(const by_hand::Net& t, const by_hand::Net& s, const Distance& d) {
    const auto by_teacher = by_hand::values(seen_by("teacher")),
               by_student = by_hand::values(seen_by("student"));
    double sum = 0;
    for (size_t i = 0; i < kLabeled + kUnlabeled; ++i) {
      const auto p = t.probabilities(&by_teacher[i * kInputs]),
                 q = s.probabilities(&by_student[i * kInputs]);
      for (size_t k = 0; k < kClasses; ++k) sum += d(p[k], q[k]);
    }
    return sum / ((kLabeled + kUnlabeled) * kClasses);
  }
  double hand_mse(const by_hand::Net& t, const by_hand::Net& s) {
    return hand_consistency(t, s, [](double p, double q) { return (p - q) * (p - q); });
  }
  double hand_cross_entropy(const by_hand::Net& s) {
    return by_hand::cross_entropy(s, by_hand::values(step.labeled_views.at("student")), {1, 2});
  }
  static void expect_near(const Vector& found, const Vector& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-7) << i;
  }

  MeanTeacherOptions o;
  sslhost::testing::Scopes scopes;
  std::shared_ptr<SpyNet> student = std::make_shared<SpyNet>(kInputs, kHidden, kClasses, scopes);
  std::shared_ptr<SpyNet> teacher =
      std::make_shared<SpyNet>(kInputs, kHidden, kClasses, scopes, /*shift=*/0.4);
  sslhost::testing::ScriptedBuild build{kTask, student};
  sslhost::testing::ScriptedStep step{scopes};
};

TEST_F(MeanTeacherStep, EachNetworkSeesItsOwnViewsOfBothBatches) {
  run();
  ASSERT_THAT(student->passes, SizeIs(1));
  ASSERT_THAT(teacher->passes, SizeIs(1));
  EXPECT_TRUE(at::equal(student->passes[0].input, seen_by("student")));
  EXPECT_TRUE(at::equal(teacher->passes[0].input, seen_by("teacher")));
}

TEST_F(MeanTeacherStep, LossIsCrossEntropyPlusWeightedMeanSquare) {
  const auto s = hand(*student), t = hand(*teacher);
  run();
  ASSERT_THAT(step.updates, SizeIs(1));
  EXPECT_NEAR(step.updates[0].loss, hand_cross_entropy(s) + 1.7 * hand_mse(t, s), 1e-6);
  EXPECT_NEAR(step.logged.at("consistency"), hand_mse(t, s), 1e-12);
  EXPECT_GT(hand_mse(t, s), 1e-3);
}

TEST_F(MeanTeacherStep, DivergenceIsFromTheStudentToTheTeacher) {
  o.consistency = Consistency::kl;
  const auto expected = hand_consistency(hand(*teacher), hand(*student),
                                         [](double p, double q) { return p * std::log(p / q); });
  run();
  EXPECT_NEAR(step.logged.at("consistency"), expected, 1e-12);
}

TEST_F(MeanTeacherStep, TheTeacherIsAConstantOfTheGradient) {
  for (const auto kind : {Consistency::mse, Consistency::kl}) {
    o.consistency = kind;
    const auto s = hand(*student), t = hand(*teacher);
    const auto loss = [&](const Vector& w) {
      const by_hand::Net changed{kInputs, kHidden, kClasses, w, s.w2};
      const auto distance = [&](double p, double q) {
        return kind == Consistency::mse ? (p - q) * (p - q) : p * std::log(p / q);
      };
      return hand_cross_entropy(changed) + 1.7 * hand_consistency(t, changed, distance);
    };
    step.updates.clear();
    run();
    expect_near(by_hand::values(step.updates[0].gradients[0]), by_hand::gradient(loss, s.w1));
    EXPECT_FALSE(teacher->passes.back().gradient);
  }
  EXPECT_THAT(teacher->passes, SizeIs(2));
  EXPECT_FALSE(teacher->w1.grad().defined());
}

TEST_F(MeanTeacherStep, OnlyTheStudentsPassRecordsStatistics) {
  run();
  EXPECT_TRUE(student->passes[0].scopes.tracked);
  EXPECT_FALSE(teacher->passes[0].scopes.tracked);
}

TEST_F(MeanTeacherStep, NoiseIsDrawnForEachPassAnew) {
  run();
  EXPECT_EQ(student->passes[0].scopes.noise, "");
  EXPECT_EQ(teacher->passes[0].scopes.noise, "");
}

TEST_F(MeanTeacherStep, WeightRisesWithTheRamp) {
  o.ramp = {.kind = RampOptions::Kind::sigmoid, .fraction = 0.5};
  const auto weight_at = [&](double done) {
    step.done = done;
    run();
    return step.logged.at("consistency_weight");
  };
  EXPECT_NEAR(weight_at(0), 1.7 * std::exp(-5), 1e-6);
  EXPECT_NEAR(weight_at(0.25), 1.7 * std::exp(-1.25), 1e-6);
  EXPECT_NEAR(weight_at(0.5), 1.7, 1e-6);
  EXPECT_NEAR(weight_at(0.9), 1.7, 1e-6);
}

TEST_F(MeanTeacherStep, TheTeacherFollowsAndBothAreBuiltAlike) {
  o.decay = 0.97;
  o.noise = 0.2;
  o.dropout = 0.3;
  run();
  ASSERT_THAT(build.teachers, SizeIs(1));
  EXPECT_EQ(build.teachers[0].teacher, teacher.get());
  EXPECT_EQ(build.teachers[0].student, student.get());
  EXPECT_EQ(build.teachers[0].decay, 0.97);
  EXPECT_TRUE(build.teachers[0].warm_up);
  ASSERT_THAT(build.requests, SizeIs(2));
  for (const auto& request : build.requests) {
    EXPECT_EQ(request.noise, 0.2);
    EXPECT_EQ(request.dropout, 0.3);
  }
}

TEST_F(MeanTeacherStep, ThePredictionIsTheTeachersUnlessTheStudentIsAskedFor) {
  const auto asked = [&](PredictWith with) {
    o.predict_with = with;
    MeanTeacher method(o);
    method.build(build);
    return build.predictor(images(3, 1));
  };
  EXPECT_TRUE(at::equal(asked(PredictWith::teacher), Network(teacher)(images(3, 1))));
  EXPECT_TRUE(at::equal(asked(PredictWith::student), Network(student)(images(3, 1))));
}

TEST_F(MeanTeacherStep, PassesThatCannotDifferAreWarnedOf) {
  run();
  EXPECT_THAT(build.warnings, SizeIs(1)) << "the scripted networks hold no noise layer";
}

TEST_F(MeanTeacherStep, NoiseDropoutOrViewsSilenceTheWarning) {
  student->register_module("noise", std::make_shared<GaussianNoise>(0.1));
  run();
  EXPECT_THAT(build.warnings, IsEmpty());
}

TEST_F(MeanTeacherStep, InputsAreLeftAlone) {
  run();
  for (const auto* views : {&step.labeled_views, &step.unlabeled_views})
    for (const auto& [name, tensor] : *views) {
      EXPECT_EQ(tensor._version(), 0) << name;
      EXPECT_FALSE(tensor.requires_grad()) << name;
    }
}

TEST(MeanTeacherPhases, BatchesAreNoLargerThanTheirPools) {
  const auto streams = MeanTeacher({}).phases(kTask).at(0).streams;
  ASSERT_THAT(streams, SizeIs(2));
  EXPECT_EQ(streams[0].batch, kTask.labeled);
  EXPECT_EQ(streams[1].batch, kTask.unlabeled);
  for (const auto& stream : streams) EXPECT_THAT(stream.views, SizeIs(2));
}

}  // namespace
