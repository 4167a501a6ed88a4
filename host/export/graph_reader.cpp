// SPDX-License-Identifier: Apache-2.0
#include "host/export/graph_reader.hpp"

#include <algorithm>
#include <optional>

#include <torch/csrc/jit/ir/constants.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

namespace jit = torch::jit;

constexpr const char* kSameForAll = "the same operations for batches of any size";
constexpr const char* kOthers = "others for 3 images than for 2";

std::optional<ElementType> element_type(at::ScalarType type) {
  switch (type) {
    case at::kBool:
      return ElementType::boolean;
    case at::kByte:
      return ElementType::uint8;
    case at::kInt:
      return ElementType::int32;
    case at::kLong:
      return ElementType::int64;
    case at::kFloat:
      return ElementType::float32;
    case at::kDouble:
      return ElementType::float64;
    default:
      return std::nullopt;
  }
}

bool is_tensor(const jit::Value& value) {
  return value.type()->kind() == c10::TypeKind::TensorType;
}

/// Whether a number stands for a type there.
bool is_type(const jit::Value& number) {
  return std::ranges::any_of(number.uses(), [](const jit::Use& use) {
    const auto* schema = use.user->maybeSchema();
    return schema && use.offset < schema->arguments().size() &&
           schema->arguments()[use.offset].name() == "dtype";
  });
}

}  // namespace

GraphReader::GraphReader(const NamedTensors& named, std::string who) : who_(std::move(who)) {
  for (const auto& [name, tensor] : named)
    if (tensor.numel() > 0) names_.emplace(tensor.const_data_ptr(), std::pair(name, tensor));
}

void GraphReader::refuse(const std::string& expected, const std::string& found) const {
  throw Error(ExitCode::plugin, {who_, expected, found,
                                 "predict with sslhost instead: this model cannot be exported"});
}

Operations GraphReader::read(const jit::Graph& few, const jit::Graph& more) {
  all_.input = add_value(few.inputs().at(0), more.inputs().at(0), "input");
  pairs_[few.inputs().at(0)] = more.inputs().at(0);
  auto other = more.nodes().begin();
  for (const auto* node : few.nodes()) {
    if (other == more.nodes().end() || (*other)->kind() != node->kind())
      refuse(kSameForAll, kOthers);
    pair(*node, **other);
    read_node(*node, **other);
    ++other;
  }
  if (other != more.nodes().end() || pairs_.at(few.outputs().at(0)) != more.outputs().at(0))
    refuse(kSameForAll, kOthers);
  all_.logits = place(few.outputs().at(0));
  return std::move(all_);
}

void GraphReader::pair(const JitNode& few, const JitNode& more) {
  bool same =
      few.inputs().size() == more.inputs().size() && few.outputs().size() == more.outputs().size();
  for (size_t i = 0; same && i < few.inputs().size(); ++i)
    same = pairs_.at(few.inputs()[i]) == more.inputs()[i];
  if (!same) refuse(kSameForAll, kOthers);
  for (size_t i = 0; i < few.outputs().size(); ++i) pairs_[few.outputs()[i]] = more.outputs()[i];
}

void GraphReader::read_node(const JitNode& few, const JitNode& more) {
  const auto kind = few.kind();
  if (kind == c10::prim::Constant) return read_constant(few, more);
  if (kind == c10::prim::ListConstruct) {
    lists_[few.output()] = {few.inputs().begin(), few.inputs().end()};
    return;
  }
  if (kind == c10::prim::ListUnpack) return read_unpacked(few, more);
  if (!depends_on_images(few) && !depends_on_batch(few)) return fold(few);
  read_operation(few, more);
}

void GraphReader::read_constant(const JitNode& few, const JitNode& more) {
  const auto a = jit::toIValue(few.output()), b = jit::toIValue(more.output());
  if (!a || !b) refuse("constants", few.kind().toQualString());
  constants_[few.output()] = *a;
  if (a->isInt() && b->isInt() && a->toInt() != b->toInt()) {
    if (a->toInt() * kMore != b->toInt() * kFew)
      refuse(
          "numbers that do not depend on the size of the batch, or are a multiple of it",
          std::to_string(a->toInt()) + " for 2 images, " + std::to_string(b->toInt()) + " for 3");
    of_batch_[few.output()] = a->toInt() / kFew;
  }
  const bool same_shape = !a->isTensor() || !a->toTensor().defined() ||
                          (b->isTensor() && a->toTensor().sizes().equals(b->toTensor().sizes()));
  if (!same_shape) refuse("constants whose shape does not depend on the size of the batch", "one");
  if (a->isDouble() && b->isDouble() && a->toDouble() != b->toDouble())
    refuse("factors that do not depend on the size of the batch", std::to_string(a->toDouble()));
}

void GraphReader::read_unpacked(const JitNode& few, const JitNode& more) {
  const auto maker = makers_.find(few.input());
  if (maker == makers_.end()) refuse("lists that an operation made", "another one");
  const auto name = all_.list[maker->second].name;
  for (size_t i = 0; i < few.outputs().size(); ++i)
    all_.list[maker->second].results.push_back(
        add_value(few.outputs()[i], more.outputs()[i], name));
}

std::vector<GraphReader::JitValue> GraphReader::parts(JitValue value) const {
  const auto list = lists_.find(value);
  return list == lists_.end() ? std::vector{value} : list->second;
}

bool GraphReader::depends_on_images(const JitNode& node) const {
  return std::ranges::any_of(node.inputs(), [&](JitValue value) {
    return std::ranges::any_of(parts(value),
                               [&](JitValue part) { return computed_.contains(part); });
  });
}

bool GraphReader::depends_on_batch(const JitNode& node) const {
  return std::ranges::any_of(node.inputs(), [&](JitValue value) {
    return std::ranges::any_of(parts(value),
                               [&](JitValue part) { return of_batch_.contains(part); });
  });
}

c10::IValue GraphReader::constant(JitValue value) const {
  const auto list = lists_.find(value);
  if (list == lists_.end()) return constants_.at(value);
  if (list->second.empty() || !is_tensor(*list->second.front())) {
    std::vector<int64_t> numbers;
    for (const auto part : list->second) numbers.push_back(constants_.at(part).toInt());
    return numbers;
  }
  std::vector<Tensor> tensors;
  for (const auto part : list->second) tensors.push_back(constants_.at(part).toTensor());
  return tensors;
}

std::string GraphReader::name_of(JitValue value) const {
  for (const auto part : parts(value)) {
    if (const auto made = made_from_.find(part); made != made_from_.end()) return made->second;
    const auto found = constants_.find(part);
    if (found == constants_.end() || !found->second.isTensor()) continue;
    const auto& tensor = found->second.toTensor();
    if (!tensor.defined() || tensor.numel() == 0) continue;
    const auto named = names_.find(tensor.const_data_ptr());
    if (named != names_.end()) return named->second.first;
  }
  return {};
}

void GraphReader::fold(const JitNode& node) {
  jit::Stack stack;
  std::string name;
  for (const auto value : node.inputs()) {
    stack.push_back(constant(value));
    if (name.empty()) name = name_of(value);
  }
  node.getOperation()(stack);
  // The weight that weight norm makes of its direction.
  if (std::string_view(node.kind().toUnqualString()) == "_weight_norm" && name.ends_with("_v"))
    name.resize(name.size() - 2);
  for (size_t i = 0; i < node.outputs().size(); ++i) {
    constants_[node.outputs()[i]] = stack.at(i);
    if (!name.empty()) made_from_[node.outputs()[i]] = name;
  }
}

void GraphReader::read_operation(const JitNode& few, const JitNode& more) {
  Operation operation;
  operation.name = few.kind().toUnqualString();
  // The tracer made new tensors of all that works in place but of what writes into a part of one.
  if (operation.name.ends_with('_'))
    refuse("operations that write into no part of a tensor", operation.name);
  const auto& schema = few.schema();
  for (size_t i = 0; i < few.inputs().size(); ++i)
    operation.arguments.emplace_back(schema.arguments().at(i).name(), argument(few.inputs()[i]));
  for (size_t i = 0; i < few.outputs().size(); ++i) {
    const auto output = few.outputs()[i];
    if (is_tensor(*output))
      operation.results.push_back(add_value(output, more.outputs()[i], operation.name));
    else
      makers_[output] = all_.list.size();
  }
  all_.list.push_back(std::move(operation));
}

Argument GraphReader::argument(JitValue value) {
  if (const auto list = lists_.find(value); list != lists_.end())
    return list_argument(list->second);
  if (const auto batch = of_batch_.find(value); batch != of_batch_.end())
    return Extent{batch->second, true};
  const auto found = constants_.find(value);
  if (found == constants_.end()) return place(value);
  const bool tensor = found->second.isTensor() && found->second.toTensor().defined();
  return tensor ? place(value) : constant_argument(value, found->second);
}

Argument GraphReader::constant_argument(JitValue value, const c10::IValue& constant) const {
  if (constant.isBool()) return constant.toBool();
  if (constant.isDouble()) return constant.toDouble();
  if (constant.isString()) return constant.toStringRef();
  if (constant.isIntList()) {
    std::vector<Extent> numbers;
    for (const int64_t n : constant.toIntVector()) numbers.push_back({n, false});
    return numbers;
  }
  if (!constant.isInt()) return {};
  if (!is_type(*value)) return Extent{constant.toInt(), false};
  const auto type = element_type(static_cast<at::ScalarType>(constant.toInt()));
  if (!type) refuse("numbers of a usual type", "type " + std::to_string(constant.toInt()));
  return *type;
}

Argument GraphReader::list_argument(const std::vector<JitValue>& list) {
  if (!list.empty() && is_tensor(*list.front())) {
    std::vector<Place> places;
    for (const auto part : list) places.push_back(place(part));
    return places;
  }
  std::vector<Extent> numbers;
  for (const auto part : list) numbers.push_back(std::get<Extent>(argument(part)));
  return numbers;
}

Place GraphReader::place(JitValue value) {
  if (const auto found = places_.find(value); found != places_.end()) return found->second;
  const auto found = constants_.find(value);
  if (found == constants_.end() || !found->second.isTensor())
    refuse("operations on tensors", value->type()->str());
  return add_constant(value, found->second.toTensor());
}

Place GraphReader::add_constant(JitValue value, const Tensor& tensor) {
  const auto type = element_type(tensor.scalar_type());
  if (!type) refuse("numbers of a usual type", c10::toString(tensor.scalar_type()));
  const auto rows = std::make_shared<Tensor>(tensor.detach().cpu().contiguous());
  auto constant = std::make_shared<Constant>();
  constant->shape = rows->sizes().vec();
  constant->bytes = {static_cast<const std::byte*>(rows->const_data_ptr()), rows->nbytes()};
  constant->owner = rows;
  const auto name = name_of(value);
  Value made{unique(name.empty() ? "constant" : name, !name.empty()), *type, {}, constant};
  for (const int64_t n : constant->shape) made.shape.push_back({n, false});
  all_.values.push_back(std::move(made));
  return places_[value] = Place{all_.values.size() - 1};
}

Place GraphReader::add_value(JitValue few, JitValue more, const std::string& name) {
  const auto a = few->type()->expect<c10::TensorType>();
  const auto b = more->type()->expect<c10::TensorType>();
  const auto sizes = a->sizes().concrete_sizes(), others = b->sizes().concrete_sizes();
  const auto type = a->scalarType() ? element_type(*a->scalarType()) : std::nullopt;
  if (!sizes || !others || !type || sizes->size() != others->size())
    refuse("tensors whose shape and type are known", name);
  Value value{unique(name, name == "input"), *type, {}};
  for (size_t i = 0; i < sizes->size(); ++i) {
    const bool batch = (*sizes)[i] != (*others)[i];
    if (batch && (*sizes)[i] * kMore != (*others)[i] * kFew)
      refuse("lengths that are a multiple of the size of the batch, or do not depend on it", name);
    value.shape.push_back({batch ? (*sizes)[i] / kFew : (*sizes)[i], batch});
  }
  all_.values.push_back(std::move(value));
  computed_.insert(few);
  return places_[few] = Place{all_.values.size() - 1};
}

std::string GraphReader::unique(const std::string& name, bool bare) {
  if (bare && taken_.insert(name).second) return name;
  int n = bare ? 2 : 1;
  auto numbered = name + "_" + std::to_string(n);
  while (!taken_.insert(numbered).second) numbered = name + "_" + std::to_string(++n);
  return numbered;
}

}  // namespace sslhost::host
