// SPDX-License-Identifier: Apache-2.0
#pragma once

// A method that is complete and does nothing; the files beside it spoil one call each.

#include <ATen/ops/zeros.h>

#include "sslhost/plugin.hpp"

class HarmlessMethod : public sslhost::Method {
 public:
  struct Options {
    double weight = 0.5;
  };
  static void describe(sslhost::OptionList& list, Options& v) {
    list.add("weight", v.weight, "weight of nothing")
        .above(0)
        .at_most(1)
        .unit("nats")
        .source("test material");
  }
  explicit HarmlessMethod(const Options&) {}

  std::vector<sslhost::Phase> phases(const sslhost::Task&) const override {
    return {{.iterations = 100, .streams = {{.batch = 10}}}};
  }
  void build(sslhost::Build& build) override { classes_ = build.task().classes; }
  void step(sslhost::Step&) override {}
  sslhost::Tensor predict(const sslhost::Tensor& images) override {
    return at::zeros({images.size(0), classes_});
  }

 private:
  int64_t classes_ = 0;
};
