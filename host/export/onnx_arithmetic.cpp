// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "host/export/onnx_translation.hpp"

namespace sslhost::host {

namespace {

struct Renamed {
  std::string_view aten;
  const char* onnx;
};

/// One tensor in, one out, and nothing else to say.
constexpr Renamed kUnary[] = {{"relu", "Relu"}, {"sigmoid", "Sigmoid"},
                              {"tanh", "Tanh"}, {"exp", "Exp"},
                              {"log", "Log"},   {"sqrt", "Sqrt"},
                              {"neg", "Neg"},   {"abs", "Abs"},
                              {"erf", "Erf"},   {"reciprocal", "Reciprocal"}};
constexpr Renamed kBinary[] = {{"add", "Add"}, {"sub", "Sub"},     {"mul", "Mul"},
                               {"div", "Div"}, {"minimum", "Min"}, {"maximum", "Max"},
                               {"pow", "Pow"}};
constexpr Renamed kComparisons[] = {{"gt", "Greater"},
                                    {"ge", "GreaterOrEqual"},
                                    {"lt", "Less"},
                                    {"le", "LessOrEqual"},
                                    {"eq", "Equal"}};

template <size_t N>
const char* renamed(const Renamed (&list)[N], const std::string& name) {
  return std::ranges::find(list, name, &Renamed::aten)->onnx;
}

void unary(const OnnxCall& call) {
  call.make(renamed(kUnary, call.called()), {call.operand("self", call.result().type)});
}

/// alpha, of add and sub, is a factor of the second operand.
void binary(const OnnxCall& call) {
  const auto type = call.result().type;
  const char* second = call.has("exponent") ? "exponent" : "other";
  call.require(!call.has("rounding_mode"), "that rounds");
  auto other = call.operand(second, type);
  if (call.has("alpha") && call.number("alpha") != 1)
    other = call.node("Mul", {other, call.to().graph().scalar(type, call.number("alpha"))});
  call.make(renamed(kBinary, call.called()), {call.operand("self", type), other});
}

void reversed_difference(const OnnxCall& call) {
  call.require(!call.has("alpha") || call.number("alpha") == 1, "with a factor");
  const auto type = call.result().type;
  call.make("Sub", {call.operand("other", type), call.operand("self", type)});
}

void comparison(const OnnxCall& call) {
  const auto type = call.value("self").type;
  call.make(renamed(kComparisons, call.called()), {call.name("self"), call.operand("other", type)});
}

void choice(const OnnxCall& call) {
  const auto type = call.result().type;
  call.make("Where",
            {call.name("condition"), call.operand("self", type), call.operand("other", type)});
}

void square(const OnnxCall& call) {
  const auto x = call.name("self");
  call.make("Mul", {x, x});
}

void silu(const OnnxCall& call) {
  const auto x = call.name("self");
  call.make("Mul", {x, call.node("Sigmoid", {x})});
}

void leaky_relu(const OnnxCall& call) {
  call.make("LeakyRelu", {call.name("self")},
            {{"alpha", static_cast<float>(call.number("negative_slope"))}});
}

void clipped(const OnnxCall& call, const std::string& least, const std::string& most) {
  call.make("Clip", {call.name("self"), least, most});
}

void relu6(const OnnxCall& call) {
  const auto type = call.result().type;
  clipped(call, call.to().graph().scalar(type, 0), call.to().graph().scalar(type, 6));
}

void hard_tanh(const OnnxCall& call) {
  const auto type = call.result().type;
  clipped(call, call.operand("min_val", type), call.operand("max_val", type));
}

void clamp(const OnnxCall& call) {
  const auto type = call.result().type;
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  auto& graph = call.to().graph();
  clipped(call, call.has("min") ? call.operand("min", type) : graph.scalar(type, -kInfinite),
          call.has("max") ? call.operand("max", type) : graph.scalar(type, kInfinite));
}

void cast(const OnnxCall& call) {
  call.make("Cast", {call.name("self")}, {{"to", onnx_type(call.result().type)}});
}

/// Means and sums over axes; what they are computed in is the result's type.
void reduction(const OnnxCall& call) {
  const auto keep = static_cast<std::int64_t>(call.flag("keepdim"));
  const auto x = call.operand("self", call.result().type);
  if (call.called() == "sum")
    return call.make("ReduceSum", {x, call.to().graph().integers(call.axes("dim"))},
                     {{"keepdims", keep}});
  const char* type = call.called() == "mean"   ? "ReduceMean"
                     : call.called() == "amax" ? "ReduceMax"
                                               : "ReduceMin";
  call.make(type, {x}, {{"axes", call.axes("dim")}, {"keepdims", keep}});
}

void norm(const OnnxCall& call) {
  call.require(call.number("ord") == 2, "of another order than 2");
  call.make(
      "ReduceL2", {call.operand("self", call.result().type)},
      {{"axes", call.axes("dim")}, {"keepdims", static_cast<std::int64_t>(call.flag("keepdim"))}});
}

constexpr OnnxTranslator kArithmetic[] = {
    {"relu", unary},
    {"sigmoid", unary},
    {"tanh", unary},
    {"exp", unary},
    {"log", unary},
    {"sqrt", unary},
    {"neg", unary},
    {"abs", unary},
    {"erf", unary},
    {"reciprocal", unary},
    {"add", binary},
    {"sub", binary},
    {"mul", binary},
    {"div", binary},
    {"minimum", binary},
    {"maximum", binary},
    {"pow", binary},
    {"rsub", reversed_difference},
    {"gt", comparison},
    {"ge", comparison},
    {"lt", comparison},
    {"le", comparison},
    {"eq", comparison},
    {"where", choice},
    {"square", square},
    {"silu", silu},
    {"leaky_relu", leaky_relu},
    {"relu6", relu6},
    {"hardtanh", hard_tanh},
    {"clamp", clamp},
    {"clamp_min", clamp},
    {"clamp_max", clamp},
    {"to", cast},
    {"mean", reduction},
    {"sum", reduction},
    {"amax", reduction},
    {"amin", reduction},
    {"linalg_vector_norm", norm},
};

}  // namespace

std::span<const OnnxTranslator> onnx_arithmetic() { return kArithmetic; }

}  // namespace sslhost::host
