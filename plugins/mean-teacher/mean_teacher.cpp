// SPDX-License-Identifier: Apache-2.0
// Mean Teacher: A. Tarvainen, H. Valpola, "Mean teachers are better role models: Weight-averaged
// consistency targets improve semi-supervised deep learning results", arXiv:1703.01780v6 (NIPS
// 2017). Equation numbers are the paper's.
//
//   symbol   name here                    shape          default      source
//   x, y     labeled and unlabeled batch  [B+U,C,H,W]    B 50, U 128
//   f, θ     student_                     –              --model
//   θ'       teacher_                     –              as θ         eq. 2
//   η, η'    views, noise, dropout        –              noise 0.15   appendix B
//   J(θ)     consistency_loss             []             mse          eq. 1
//   –        weight                       []             100, ramped  appendix B
//   α        decay                        –              0.99         eq. 2
//
// Deviations: α is one number instead of 0.99 during the ramp and 0.999 after it. The teacher's
// running statistics are the average of the student's, where the published code lets the teacher's
// own passes record. Adam's coefficients stay as they are; the paper changes them after the ramp.
#include <string>

#include <ATen/core/grad_mode.h>

#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"
#include "sslhost/training/ramp.hpp"
#include "sslhost/training/ranks.hpp"

#include "plugins/common/draws.hpp"
#include "plugins/common/two_views.hpp"
#include "plugins/common/unlabeled_batch.hpp"

namespace {

using namespace sslhost;

enum class Consistency { mse, kl };
enum class PredictWith { teacher, student };

struct MeanTeacherOptions {
  TrainingOptions training;
  int64_t unlabeled_batch = 128;
  Consistency consistency = Consistency::mse;
  double weight = 100;
  RampOptions ramp = {.kind = RampOptions::Kind::sigmoid};
  double decay = 0.99;
  double noise = 0.15;
  double dropout = -1;
  PredictWith predict_with = PredictWith::teacher;
};

/// Eq. 1, averaged over samples and classes: with the 10 classes of the paper's data a weight of
/// 100 is 10 times the squared distance of the two predictions. The teacher's are constant.
Tensor consistency_loss(Consistency kind, const Tensor& teacher, const Tensor& student) {
  const auto target = teacher.detach();
  if (kind == Consistency::kl) return kl_divergence(target, student).div(student.size(1));
  return squared_error(student.softmax(1), target.softmax(1));
}

class MeanTeacher final : public Method {
 public:
  using Options = MeanTeacherOptions;
  static void describe(OptionList& list, Options& v);
  explicit MeanTeacher(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    return {common::two_views_phase(o_.training, o_.unlabeled_batch, task, "student", "teacher")};
  }

  void build(Build& build) override {
    const NetworkRequest request = {.dropout = o_.dropout, .noise = o_.noise};
    student_ = build.backbone("student", request);
    teacher_ = build.backbone("teacher", request);
    build.ema_teacher(*teacher_, *student_, {.decay = o_.decay, .warm_up = true});  // eq. 2
    build.predict_with(o_.predict_with == PredictWith::teacher ? teacher_ : student_);
    optimizer_ = build.optimizer("optimizer", {&*student_}, o_.training.optimizer);
    if (!build.task().augmented && !common::draws(*student_))
      build.warning(
          "mean-teacher: student and teacher see the same images without noise, so that only their "
          "weights differ; give --noise, --dropout or --weak");
  }

  void step(Step& s) override {
    const auto y = s.labeled({.view = "student"}).labels;
    const auto targets = teacher_logits(s);
    const auto logits = student_logits(s);
    const auto supervised = cross_entropy(logits.narrow(0, 0, y.size(0)), y);
    const auto consistency = consistency_loss(o_.consistency, targets, logits);
    const auto weight = ramp(s.progress(), o_.ramp).mul(o_.weight);
    s.log("cross_entropy", supervised);
    s.log("consistency", consistency);
    s.log("consistency_weight", weight);
    s.update(optimizer_, supervised + weight * consistency);
  }

  const void* ability(std::string_view id) override { return id == kSlicedStep ? this : nullptr; }

 private:
  /// f(x, θ', η'): batch statistics and noise of its own, no gradient, nothing recorded.
  Tensor teacher_logits(Step& s) const {
    const at::NoGradGuard no_gradient;
    return teacher_(common::both_batches(s, "teacher"));
  }

  /// f(x, θ, η)
  Tensor student_logits(Step& s) const {
    const auto statistics = s.record_statistics(*student_);
    return student_(common::both_batches(s, "student"));
  }

  Options o_;
  Network student_, teacher_;
  Optimizer optimizer_;
};

void MeanTeacher::describe(OptionList& list, Options& v) {
  constexpr auto kPaper = "Tarvainen & Valpola 2017, arXiv:1703.01780v6, ";
  list.group("", v.training);
  common::add_unlabeled_batch(list, v.unlabeled_batch);
  list.choice("consistency", v.consistency, {{"mse", Consistency::mse}, {"kl", Consistency::kl}},
              "distance of the student's prediction from the teacher's, a mean over samples and "
              "classes: of probabilities squared, or KL(teacher, student)")
      .source(std::string(kPaper) + "eq. 1");
  list.add("weight", v.weight, "factor of the consistency loss at the end of its ramp")
      .at_least(0)
      .source(std::string(kPaper) + "appendix B");
  list.group("", v.ramp);
  list.add("decay", v.decay, "fraction of the teacher that stays in an iteration, alpha")
      .at_least(0)
      .below(1)
      .source(std::string(kPaper) + "eq. 2");
  list.add("noise", v.noise,
           "standard deviation of Gaussian noise at the input of both networks; below 0: the "
           "network's own")
      .at_least(-1)
      .unit("input")
      .source(std::string(kPaper) + "appendix B");
  list.add("dropout", v.dropout, "dropout probability in both networks; below 0: the network's own")
      .at_least(-1)
      .below(1);
  list.choice("predict_with", v.predict_with,
              {{"teacher", PredictWith::teacher}, {"student", PredictWith::student}},
              "whose predictions count");
}

}  // namespace

SSLHOST_METHOD(MeanTeacher, "mean-teacher", "0.2.0",
               "Mean Teacher: agree with the average of one's own weights (Tarvainen & Valpola "
               "2017)")
