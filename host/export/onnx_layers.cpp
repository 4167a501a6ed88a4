// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "host/export/onnx_translation.hpp"

namespace sslhost::host {

namespace {

using Integers = std::vector<std::int64_t>;

/// Both ends of each axis.
Integers twice(const Integers& padding) {
  auto pads = padding;
  pads.insert(pads.end(), padding.begin(), padding.end());
  return pads;
}

/// One number stands for all axes.
Integers for_axes(Integers numbers, size_t axes) {
  if (numbers.size() == 1) numbers.resize(axes, numbers[0]);
  return numbers;
}

void convolution(const OnnxCall& call) {
  call.require(!call.flag("transposed"), "that is transposed");
  std::vector<std::string> inputs = {call.name("input"), call.name("weight")};
  if (call.has("bias")) inputs.push_back(call.name("bias"));
  const auto& weight = call.value("weight").shape;
  Integers kernel;
  for (size_t i = 2; i < weight.size(); ++i) kernel.push_back(weight[i].number);
  call.make("Conv", inputs,
            {{"kernel_shape", kernel},
             {"strides", for_axes(call.integers("stride"), kernel.size())},
             {"pads", twice(for_axes(call.integers("padding"), kernel.size()))},
             {"dilations", for_axes(call.integers("dilation"), kernel.size())},
             {"group", call.integer("groups")}});
}

void linear(const OnnxCall& call) {
  std::vector<std::string> inputs = {call.name("input"), call.name("weight")};
  if (call.value("input").shape.size() == 2) {
    if (call.has("bias")) inputs.push_back(call.name("bias"));
    return call.make("Gemm", inputs, {{"transB", std::int64_t{1}}});
  }
  inputs[1] = call.node("Transpose", {inputs[1]}, {{"perm", Integers{1, 0}}});
  if (!call.has("bias")) return call.make("MatMul", inputs);
  call.make("Add", {call.node("MatMul", inputs), call.name("bias")});
}

void added_product(const OnnxCall& call) {
  call.make("Gemm", {call.name("mat1"), call.name("mat2"), call.name("self")},
            {{"alpha", static_cast<float>(call.number("alpha"))},
             {"beta", static_cast<float>(call.number("beta"))}});
}

void product(const OnnxCall& call) {
  const char* other = call.has("mat2") ? "mat2" : "other";
  call.make("MatMul", {call.name("self"), call.name(other)});
}

void batch_norm(const OnnxCall& call) {
  call.require(!call.flag("training"), "in training");
  call.make("BatchNormalization",
            {call.name("input"), call.name("weight"), call.name("bias"), call.name("running_mean"),
             call.name("running_var")},
            {{"epsilon", static_cast<float>(call.number("eps"))}});
}

void layer_norm(const OnnxCall& call) {
  const auto axes = static_cast<std::int64_t>(call.integers("normalized_shape").size());
  call.make("LayerNormalization", {call.name("input"), call.name("weight"), call.name("bias")},
            {{"axis", -axes}, {"epsilon", static_cast<float>(call.number("eps"))}});
}

void max_pool(const OnnxCall& call) {
  const size_t axes = 2;
  const auto kernel = for_axes(call.integers("kernel_size"), axes);
  auto strides = for_axes(call.integers("stride"), axes);
  if (strides.empty()) strides = kernel;
  call.make("MaxPool", {call.name("self")},
            {{"kernel_shape", kernel},
             {"strides", strides},
             {"pads", twice(for_axes(call.integers("padding"), axes))},
             {"dilations", for_axes(call.integers("dilation"), axes)},
             {"ceil_mode", static_cast<std::int64_t>(call.flag("ceil_mode"))}});
}

void average_pool(const OnnxCall& call) {
  for (const auto n : call.integers("output_size")) call.require(n == 1, "to more than one pixel");
  call.make("GlobalAveragePool", {call.name("self")});
}

/// x (1 + erf(x / √2)) / 2: its own operator came with opset 20.
void gelu(const OnnxCall& call) {
  call.require(call.text("approximate") == "none", "by an approximation");
  const auto type = call.result().type;
  const auto x = call.name("self");
  auto& graph = call.to().graph();
  const auto erf = call.node("Erf", {call.node("Mul", {x, graph.scalar(type, M_SQRT1_2)})});
  const auto sum = call.node("Add", {erf, graph.scalar(type, 1)});
  call.make("Mul", {call.node("Mul", {x, sum}), graph.scalar(type, 0.5)});
}

/// softmax(q kᵀ · scale) v of [N,heads,T,d].
void attention(const OnnxCall& call) {
  call.require(!call.has("attn_mask") && !call.flag("is_causal"), "with a mask");
  const auto& shape = call.value("query").shape;
  const auto depth = static_cast<double>(shape.back().number);
  const double scale = call.has("scale") ? call.number("scale") : 1 / std::sqrt(depth);
  Integers order;
  for (size_t i = 0; i < shape.size(); ++i) order.push_back(static_cast<std::int64_t>(i));
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  const auto q =
      call.node("Mul", {call.name("query"), call.to().graph().scalar(call.result().type, scale)});
  const auto k = call.node("Transpose", {call.name("key")}, {{"perm", order}});
  const auto shares =
      call.node("Softmax", {call.node("MatMul", {q, k})}, {{"axis", std::int64_t{-1}}});
  call.make("MatMul", {shares, call.name("value")});
}

void softmax(const OnnxCall& call) {
  call.make(call.called() == "softmax" ? "Softmax" : "LogSoftmax",
            {call.operand("self", call.result().type)}, {{"axis", call.axis("dim")}});
}

constexpr OnnxTranslator kLayers[] = {
    {"_convolution", convolution},
    {"linear", linear},
    {"addmm", added_product},
    {"mm", product},
    {"matmul", product},
    {"bmm", product},
    {"batch_norm", batch_norm},
    {"layer_norm", layer_norm},
    {"max_pool2d", max_pool},
    {"adaptive_avg_pool2d", average_pool},
    {"gelu", [](const OnnxCall& call) { gelu(call); }},
    {"scaled_dot_product_attention", attention},
    {"softmax", softmax},
    {"log_softmax", softmax},
};

}  // namespace

std::span<const OnnxTranslator> onnx_layers() { return kLayers; }

}  // namespace sslhost::host
