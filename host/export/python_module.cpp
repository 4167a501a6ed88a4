// SPDX-License-Identifier: Apache-2.0
#include "host/export/python_module.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/export/python_operators.hpp"

namespace sslhost::host {

namespace {

using nlohmann::json;

struct TypeName {
  ElementType type;
  const char *torch, *safetensors;
};
constexpr TypeName kTypes[] = {
    {ElementType::boolean, "torch.bool", "BOOL"},   {ElementType::uint8, "torch.uint8", "U8"},
    {ElementType::int32, "torch.int32", "I32"},     {ElementType::int64, "torch.int64", "I64"},
    {ElementType::float32, "torch.float32", "F32"}, {ElementType::float64, "torch.float64", "F64"},
};

const TypeName& named(ElementType type) {
  return *std::ranges::find(kTypes, type, &TypeName::type);
}

/// JSON's texts are Python's too.
std::string literal(const json& text) {
  return text.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string real(double number) {
  char text[32];
  const auto end = std::to_chars(std::begin(text), std::end(text), number).ptr;
  const std::string written(text, end);
  if (written.find_first_of("in") != written.npos) return "float('" + written + "')";
  return written.find_first_of(".e") == written.npos ? written + ".0" : written;
}

std::string extent(const Extent& e) {
  if (!e.of_batch) return std::to_string(e.number);
  return e.number == 1 ? "n" : std::to_string(e.number) + " * n";
}

template <class T, class F>
std::string list(const std::vector<T>& all, F&& text) {
  std::string joined;
  for (const auto& one : all) joined += (joined.empty() ? "" : ", ") + text(one);
  return "[" + joined + "]";
}

/// Lines of forward(): a variable is used again as soon as nobody needs its value.
class Lines {
 public:
  explicit Lines(const Operations& all) : all_(all), variables_(all.values.size()) {
    last_use_.resize(all.values.size(), 0);
    for (size_t i = 0; i < all.list.size(); ++i)
      for (const auto& [name, argument] : all.list[i].arguments) {
        if (const auto* one = std::get_if<Place>(&argument)) last_use_[one->at] = i;
        if (const auto* many = std::get_if<std::vector<Place>>(&argument))
          for (const auto place : *many) last_use_[place.at] = i;
      }
    last_use_[all.logits.at] = all.list.size();
    take(all.input);
  }

  /// Throws Error (plugin).
  std::string text(const std::string& who) {
    std::string lines;
    std::set<std::string> unknown;
    for (size_t i = 0; i < all_.list.size(); ++i) {
      const auto& operation = all_.list[i];
      const char* expression = python_expression(operation.name);
      if (!expression || !is_plain(operation)) {
        unknown.insert(operation.name);
        continue;
      }
      const auto right = filled(expression, operation);
      release(i);
      std::string left;
      for (const auto result : operation.results) left += (left.empty() ? "" : ", ") + take(result);
      lines += "        " + left + " = " + right + "\n";
      for (const auto result : operation.results)
        if (last_use_[result.at] <= i) free_.insert(variables_[result.at]);
    }
    if (unknown.empty()) return lines + "        return " + variables_[all_.logits.at] + "\n";
    std::string names;
    for (const auto& one : unknown) names += (names.empty() ? "" : ", ") + one;
    throw Error(ExitCode::plugin, {who, "operations that an export knows", names,
                                   "predict with sslhost instead: this model cannot be exported"});
  }

 private:
  /// What the expressions leave out.
  static bool is_plain(const Operation& operation) {
    const auto* transposed = std::get_if<bool>(&operation.argument("transposed"));
    const bool rounds =
        !std::holds_alternative<std::monostate>(operation.argument("rounding_mode"));
    const bool other_bits = operation.name == "view" &&
                            !std::holds_alternative<std::monostate>(operation.argument("dtype"));
    return !(transposed && *transposed) && !rounds && !other_bits;
  }

  std::string take(Place place) {
    std::string name = free_.empty() ? "x" + std::to_string(++made_) : *free_.begin();
    free_.erase(name);
    live_.push_back(place);
    return variables_[place.at] = name;
  }

  /// The variables that operation `now` is the last to use.
  void release(size_t now) {
    std::erase_if(live_, [&](Place place) {
      if (last_use_[place.at] != now) return false;
      free_.insert(variables_[place.at]);
      return true;
    });
  }

  std::string variable(Place place) const {
    const auto& value = all_.at(place);
    return value.constant ? "w[" + literal(value.name) + "]" : variables_[place.at];
  }

  std::string filled(std::string_view expression, const Operation& operation) const {
    std::string text;
    for (size_t at = 0; at < expression.size();) {
      const auto open = std::min(expression.find('{', at), expression.size());
      text += expression.substr(at, open - at);
      if (open == expression.size()) break;
      const auto close = expression.find('}', open);
      text += argument(operation, expression.substr(open + 1, close - open - 1));
      at = close + 1;
    }
    constexpr std::string_view kUsual = ", dtype=None";
    if (const auto at = text.find(kUsual); at != text.npos) text.erase(at, kUsual.size());
    return text;
  }

  std::string argument(const Operation& operation, std::string_view name) const {
    const auto& result = all_.at(operation.results.front());
    if (name == "result") return list(result.shape, extent);
    if (name == "type") return named(result.type).torch;
    if (name == "slices") return slices(operation);
    auto text = plain(operation.argument(name));
    const auto& alpha = operation.argument("alpha");
    const bool second = name == (operation.name == "rsub" ? "self" : "other");
    if (second && !std::holds_alternative<std::monostate>(alpha) && plain(alpha) != "1")
      text = plain(alpha) + " * " + text;
    return text;
  }

  std::string slices(const Operation& operation) const {
    const auto number = [&](const char* name, std::int64_t otherwise) {
      const auto* found = std::get_if<Extent>(&operation.argument(name));
      return found ? found->number : otherwise;
    };
    auto axis = number("dim", 0);
    if (axis < 0) axis += static_cast<std::int64_t>(all_.at(operation.results[0]).shape.size());
    std::string text;
    for (std::int64_t i = 0; i < axis; ++i) text += ":, ";
    const auto end = number("end", std::numeric_limits<std::int64_t>::max());
    text += std::to_string(number("start", 0)) + ":";
    if (end != std::numeric_limits<std::int64_t>::max()) text += std::to_string(end);
    const auto step = number("step", 1);
    return step == 1 ? text : text + ":" + std::to_string(step);
  }

  std::string plain(const Argument& argument) const {
    if (const auto* flag = std::get_if<bool>(&argument)) return *flag ? "True" : "False";
    if (const auto* number = std::get_if<double>(&argument)) return real(*number);
    if (const auto* number = std::get_if<Extent>(&argument)) return extent(*number);
    if (const auto* numbers = std::get_if<std::vector<Extent>>(&argument))
      return list(*numbers, extent);
    if (const auto* type = std::get_if<ElementType>(&argument)) return named(*type).torch;
    if (const auto* text = std::get_if<std::string>(&argument)) return literal(*text);
    if (const auto* place = std::get_if<Place>(&argument)) return variable(*place);
    if (const auto* places = std::get_if<std::vector<Place>>(&argument))
      return list(*places, [&](Place place) { return variable(place); });
    return "None";
  }

  const Operations& all_;
  std::vector<std::string> variables_;
  std::vector<size_t> last_use_;
  std::vector<Place> live_;
  std::set<std::string> free_;
  int made_ = 0;
};

constexpr const char* kBegin = R"(import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

)";

constexpr const char* kClass = R"(

class Model(torch.nn.Module):
    """Stored images, @TYPE@ @INPUT@ -> logits @LOGITS@. How they are prepared is inside."""

    def __init__(self, weights):
        super().__init__()
        self.weights = torch.nn.Module()  # with the names of the file
        for name, tensor in weights.items():
            *parts, last = name.split(".")
            module = self.weights
            for part in parts:
                if part not in module._modules:
                    module.add_module(part, torch.nn.Module())
                module = module._modules[part]
            if tensor.is_floating_point() and not last.startswith(("running_", "constant")):
                module.register_parameter(last, torch.nn.Parameter(tensor))
            else:
                module.register_buffer(last, tensor)

    def probabilities(self, images):
        """[n, classes], as sslhost gives them: the temperature was fitted on validation samples, where there were any."""
        return torch.softmax(self(images) / TEMPERATURE, 1)

    def forward(self, x1):
        w = dict(self.weights.named_parameters()) | dict(self.weights.named_buffers())
        n = len(x1)
)";

constexpr const char* kEnd = R"(

def load(folder=pathlib.Path(__file__).parent, device="cpu"):
    """In evaluation mode; all that a network does in training alone, such as dropout, is left out."""
    return Model(load_file(pathlib.Path(folder) / "model.safetensors")).to(device).eval()
)";

std::string replaced(std::string text, std::string_view what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

}  // namespace

PythonModule python_module(const Operations& all, const std::vector<std::string>& classes,
                           double temperature, const std::string& version, const std::string& who) {
  PythonModule module;
  const auto& input = all.at(all.input);
  auto head = replaced(kClass, "@TYPE@", named(input.type).torch);
  head = replaced(head, "@INPUT@", list(input.shape, extent));
  head = replaced(head, "@LOGITS@", list(all.at(all.logits).shape, extent));
  module.text = "\"\"\"A classifier of " + std::to_string(classes.size()) +
                " classes, written by sslhost " + version +
                ". Its weights are in model.safetensors beside this file.\"\"\"\n" + kBegin +
                "CLASSES = " + literal(classes) + "\nTEMPERATURE = " + real(temperature) + "\n" +
                head + Lines(all).text(who) + kEnd;
  for (const auto& value : all.values)
    if (value.constant)
      module.tensors.push_back({{.name = value.name,
                                 .dtype = named(value.type).safetensors,
                                 .shape = value.constant->shape},
                                value.constant->bytes});
  return module;
}

}  // namespace sslhost::host
