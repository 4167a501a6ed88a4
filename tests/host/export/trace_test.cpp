// SPDX-License-Identifier: Apache-2.0
#include "host/export/trace.hpp"

#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include "host/export/write_onnx.hpp"
#include "onnx_file.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

Operations traced(const std::function<Tensor(const Tensor&)>& f, const NamedTensors& named = {}) {
  return trace(f, {1, 2, 2}, at::kFloat, named, "test");
}

std::vector<std::string> names(const Operations& all) {
  std::vector<std::string> list;
  for (const auto& operation : all.list) list.push_back(operation.name);
  return list;
}

using Names = std::vector<std::string>;

TEST(Trace, RecordsWhatDependsOnTheImagesUnderItsNames) {
  const auto weight = at::randn({3, 4});
  const auto all =
      traced([&](const Tensor& x) { return at::linear(x.flatten(1).contiguous(), weight); },
             {{"net.weight", weight}});
  EXPECT_EQ(names(all), Names({"flatten", "linear"}));
  const auto place = std::get<Place>(all.list[1].argument("weight"));
  EXPECT_EQ(all.at(place).name, "net.weight");
  ASSERT_TRUE(all.at(place).constant);
  EXPECT_EQ(all.at(place).constant->bytes.size(), 48u);
  EXPECT_EQ(all.at(all.logits).shape, (std::vector<Extent>{{1, true}, {3, false}}));
}

TEST(Trace, WhatDependsOnWeightsAloneIsComputed) {
  const auto weight = at::ones({3, 4});
  const auto all =
      traced([&](const Tensor& x) { return x.flatten(1).matmul((weight * 2 + 1).t()); },
             {{"weight", weight}});
  EXPECT_EQ(names(all), Names({"flatten", "matmul"}));
  const auto& made = all.at(std::get<Place>(all.list[1].argument("other")));
  EXPECT_EQ(made.name, "weight");
  float first = 0;
  std::memcpy(&first, made.constant->bytes.data(), sizeof first);
  EXPECT_EQ(first, 3);
}

TEST(Trace, TellsTheBatchFromNumbersLikeIt) {
  const auto all = traced([](const Tensor& x) {
    const auto n = x.size(0);
    return x.expand({n, 2, 2, 2}).reshape({2 * n, 4}).reshape({n, 8});
  });
  EXPECT_EQ(names(all), Names({"expand", "reshape", "reshape"}));
  EXPECT_EQ(std::get<std::vector<Extent>>(all.list[1].argument("shape")),
            (std::vector<Extent>{{2, true}, {4, false}}));
}

TEST(Trace, WhatWorksInPlaceIsRecordedToo) {
  const auto all = traced([](const Tensor& x) { return x.flatten(1).mul(3).add_(1).relu_(); });
  EXPECT_EQ(names(all), Names({"flatten", "mul", "add", "relu"}));
}

TEST(Trace, RefusesAnotherComputationForAnotherBatch) {
  expect_failure(ExitCode::plugin, "cannot be exported", [] {
    traced([](const Tensor& x) { return x.size(0) == 2 ? x.flatten(1) : x.flatten(1).relu(); });
  });
  expect_failure(ExitCode::plugin, "do not depend on the size of the batch",
                 [] { traced([](const Tensor& x) { return x.flatten(1) * (x.size(0) + 1); }); });
}

TEST(Trace, RefusesWhatItCannotSee) {
  const auto refused = [](const std::function<Tensor(const Tensor&)>& f) {
    expect_failure(ExitCode::plugin, "cannot be exported", [&] { traced(f); });
  };
  refused([](const Tensor& x) { return x.flatten(1) * x[0][0][0][0].item<float>(); });
  refused([](const Tensor& x) {
    return x[0][0][0][0].item<float>() > 100 ? x.flatten(1) : x.flatten(1) + x.sum().item<float>();
  });
  refused([](const Tensor& x) {
    auto all = at::zeros({x.size(0), 4});
    all.narrow(1, 1, 2).copy_(x.flatten(1).narrow(1, 0, 2));
    return all + x.flatten(1);
  });
  refused([](const Tensor& x) {
    auto all = x.flatten(1) * 2;
    all.narrow(1, 1, 2).relu_();
    return all;
  });
}

TEST(Trace, OperationsThatNoFileKnowsAreNamedTogether) {
  const auto all = traced([](const Tensor& x) { return x.flatten(1).cumsum(1).digamma(); });
  const auto text = failure_text(ExitCode::plugin, [&] { onnx_model(all, 1, {}, "", "test"); });
  EXPECT_NE(text.find("cumsum, digamma"), std::string::npos) << text;
}

TEST(Onnx, HasNoOtherGeluThanTheOneThatItWrites) {
  const auto text_of = [](const char* approximate) {
    const auto all = traced([&](const Tensor& x) { return at::gelu(x.flatten(1), approximate); });
    return onnx_model(all, 1, {}, "", "test");
  };
  EXPECT_NO_THROW(text_of("none"));
  expect_failure(ExitCode::plugin, "gelu", [&] { text_of("tanh"); });
}

TEST(Onnx, CutsFromTheEndWhereTheStartIsNegative) {
  const auto ends = [](int64_t start) {
    const auto all = traced([&](const Tensor& x) { return x.flatten(1).narrow(1, start, 2); });
    return OnnxFile(onnx_model(all, 1, {}, "", "test")).tensors;
  };
  const auto bytes = [](const std::map<std::string, OnnxFile::Tensor>& tensors) {
    std::vector<std::string> all;
    for (const auto& [name, tensor] : tensors) all.push_back(tensor.bytes);
    return all;
  };
  EXPECT_EQ(bytes(ends(-2)), bytes(ends(2)));
  expect_failure(ExitCode::plugin, "narrow", [] {
    onnx_model(traced([](const Tensor& x) { return x.flatten(1).narrow(0, -1, 1); }), 1, {}, "",
               "test");
  });
}

}  // namespace
}  // namespace sslhost::host
