// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <numeric>

#include "host/export/onnx_translation.hpp"

namespace sslhost::host {

namespace {

using Integers = std::vector<std::int64_t>;

/// ONNX's way to say: to the end.
constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

/// The same numbers in another shape, which the tracer has seen.
void reshape(const OnnxCall& call) {
  call.require(!call.has("dtype"), "of bits as another type");
  call.make("Reshape", {call.name("self"), call.to().extents(call.result().shape, /*infer=*/true)});
}

void expand(const OnnxCall& call) {
  call.make("Expand", {call.name("self"), call.to().extents(call.result().shape, /*infer=*/false)});
}

void filled(const OnnxCall& call) {
  call.make("Expand", {call.operand("fill_value", call.result().type),
                       call.to().extents(call.result().shape, /*infer=*/false)});
}

void permute(const OnnxCall& call) {
  call.make("Transpose", {call.name("self")}, {{"perm", call.axes("dims")}});
}

void transpose(const OnnxCall& call) {
  Integers order(call.value("self").shape.size());
  std::iota(order.begin(), order.end(), 0);
  if (call.called() == "t")
    std::ranges::reverse(order);
  else
    std::swap(order[static_cast<size_t>(call.axis("dim0"))],
              order[static_cast<size_t>(call.axis("dim1"))]);
  call.make("Transpose", {call.name("self")}, {{"perm", order}});
}

void concatenate(const OnnxCall& call) {
  std::vector<std::string> inputs;
  for (const auto place : call.places("tensors"))
    inputs.push_back(call.to().name(place, call.result().type));
  const auto given = call.integer("dim");
  const auto rank = static_cast<std::int64_t>(call.result().shape.size());
  call.make("Concat", inputs, {{"axis", given < 0 ? given + rank : given}});
}

void cut(const OnnxCall& call, std::int64_t start, std::int64_t end, std::int64_t step) {
  auto& graph = call.to().graph();
  call.make("Slice", {call.name("self"), graph.integers({start}), graph.integers({end}),
                      graph.integers({call.axis("dim")}), graph.integers({step})});
}

void slice(const OnnxCall& call) {
  cut(call, call.integer("start", 0), call.integer("end", kEnd), call.integer("step", 1));
}

/// Counted from its front: a Slice that ends at 0 would be empty.
void narrow(const OnnxCall& call) {
  auto start = call.integer("start");
  if (start < 0) {
    const auto& length = call.value("self").shape[static_cast<size_t>(call.axis("dim"))];
    call.require(!length.of_batch, "from the end of the batch");
    start += length.number;
  }
  cut(call, start, start + call.integer("length"), 1);
}

void select(const OnnxCall& call) {
  const auto index =
      call.to().graph().scalar(ElementType::int64, static_cast<double>(call.integer("index")));
  call.make("Gather", {call.name("self"), index}, {{"axis", call.axis("dim")}});
}

void unbind(const OnnxCall& call) {
  auto& graph = call.to().graph();
  for (size_t i = 0; i < call.results(); ++i)
    graph.add("Gather",
              {call.name("self"), graph.scalar(ElementType::int64, static_cast<double>(i))},
              call.result(i).name, {{"axis", call.axis("dim")}});
}

void index_select(const OnnxCall& call) {
  call.make("Gather", {call.name("self"), call.name("index")}, {{"axis", call.axis("dim")}});
}

void gather(const OnnxCall& call) {
  call.make("GatherElements", {call.name("self"), call.name("index")},
            {{"axis", call.axis("dim")}});
}

/// ATen names the last axis first.
void pad(const OnnxCall& call) {
  const auto given = call.integers("pad");
  const auto rank = call.value("self").shape.size();
  Integers pads(2 * rank, 0);
  for (size_t i = 0; 2 * i < given.size(); ++i) {
    pads[rank - 1 - i] = given[2 * i];
    pads[2 * rank - 1 - i] = given[2 * i + 1];
  }
  auto& graph = call.to().graph();
  call.make("Pad", {call.name("self"), graph.integers(pads),
                    call.operand("value", call.value("self").type)});
}

/// Values and places of the `count` largest or smallest. Of equal ones ONNX has the first first.
void best(const OnnxCall& call, std::int64_t count, bool largest) {
  call.to().graph().add_pair("TopK", {call.name("self"), call.to().graph().integers({count})},
                             {call.result(0).name, call.result(1).name},
                             {{"axis", call.axis("dim")},
                              {"largest", static_cast<std::int64_t>(largest)},
                              {"sorted", std::int64_t{1}}});
}

void top(const OnnxCall& call) { best(call, call.integer("k"), call.flag("largest")); }

void sort(const OnnxCall& call) {
  const auto& length = call.value("self").shape[static_cast<size_t>(call.axis("dim"))];
  call.require(!length.of_batch, "over the batch");
  best(call, length.number, call.flag("descending"));
}

constexpr OnnxTranslator kShapes[] = {
    {"view", reshape},
    {"reshape", reshape},
    {"flatten", reshape},
    {"squeeze", reshape},
    {"unsqueeze", reshape},
    {"unflatten", reshape},
    {"expand", expand},
    {"full_like", filled},
    {"permute", permute},
    {"transpose", transpose},
    {"t", transpose},
    {"cat", concatenate},
    {"slice", slice},
    {"narrow", narrow},
    {"select", select},
    {"unbind", unbind},
    {"index_select", index_select},
    {"gather", gather},
    {"constant_pad_nd", pad},
    {"topk", top},
    {"sort", sort},
};

}  // namespace

std::span<const OnnxTranslator> onnx_shapes() { return kShapes; }

}  // namespace sslhost::host
