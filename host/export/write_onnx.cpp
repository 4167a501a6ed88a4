// SPDX-License-Identifier: Apache-2.0
#include "host/export/write_onnx.hpp"

#include <algorithm>
#include <set>

#include "sslhost/error.hpp"

#include "host/export/onnx_translation.hpp"

namespace sslhost::host {

namespace {

/// A message of protobuf is smaller than 2 GB, and ONNX's file is one.
constexpr std::uint64_t kMostBytes = (std::uint64_t{1} << 31) - (1 << 20);

const OnnxTranslator* translator_of(const std::string& operation) {
  for (const auto list : {onnx_layers(), onnx_arithmetic(), onnx_shapes()}) {
    const auto found = std::ranges::find(list, operation, &OnnxTranslator::operation);
    if (found != list.end()) return &*found;
  }
  return nullptr;
}

void require_size(const Operations& all, const std::string& who) {
  std::uint64_t bytes = 0;
  for (const auto& value : all.values)
    if (value.constant) bytes += value.constant->bytes.size();
  if (bytes < kMostBytes) return;
  throw Error(ExitCode::usage,
              {who, "weights of less than 2 GB, which is the most for one file",
               std::to_string(bytes) + " bytes", "predict with sslhost, or train a smaller model"});
}

/// All that cannot be translated is said at once.
void translate(const Operations& all, OnnxGraph& graph, const std::string& who) {
  OnnxTranslation to(all, graph);
  std::set<std::string> unknown;
  for (const auto& operation : all.list) {
    const auto* translator = translator_of(operation.name);
    try {
      if (!translator) throw NotTranslated(operation.name);
      translator->translate(OnnxCall(to, operation));
    } catch (const NotTranslated& what) {
      unknown.insert(what.what());
    }
  }
  if (unknown.empty()) return;
  std::string list;
  for (const auto& one : unknown) list += (list.empty() ? "" : ", ") + one;
  throw Error(ExitCode::plugin, {who, "operations that an export knows", list,
                                 "predict with sslhost instead: this model cannot be exported"});
}

void add_outputs(const Operations& all, double temperature, OnnxGraph& graph) {
  const auto& logits = all.at(all.logits);
  graph.add("Identity", {logits.name}, "logits");
  auto cooled = std::string("logits");
  if (temperature != 1) cooled = graph.add("Div", {cooled, graph.scalar(logits.type, temperature)});
  graph.add("Softmax", {cooled}, "probabilities", {{"axis", std::int64_t{1}}});
  graph.output("logits", logits);
  graph.output("probabilities", logits);
}

}  // namespace

std::string onnx_model(const Operations& all, double temperature, const ModelNotes& notes,
                       const std::string& producer_version, const std::string& who) {
  require_size(all, who);
  OnnxGraph graph;
  graph.input(all.at(all.input).name, all.at(all.input));
  translate(all, graph, who);
  add_outputs(all, temperature, graph);
  return graph.model("classifier", producer_version, notes);
}

}  // namespace sslhost::host
