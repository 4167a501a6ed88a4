// SPDX-License-Identifier: Apache-2.0
#include "host/encode/network_weights.hpp"

#include <algorithm>
#include <map>
#include <sstream>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/isfinite.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

Error refused(const std::string& where, const std::string& name, const std::string& expected,
              const std::string& found) {
  return Error(ExitCode::storage, {where, "weights of " + name + ": " + expected, found,
                                   "name the weights of this network, or the network of these "
                                   "weights (`sslhost models` lists both)"});
}

std::string shape_text(const Tensor& tensor) {
  std::ostringstream text;
  text << tensor.sizes();
  return text.str();
}

bool in_head(const std::string& tensor, const std::string& head) {
  return tensor.starts_with(head + ".");
}

/// Files have the counts of batch norm or not; features do not depend on them.
bool is_count(const std::string& tensor) { return tensor.ends_with("num_batches_tracked"); }

/// Parameters and buffers that weights are for.
NamedTensors tensors_of(Backbone& network) {
  NamedTensors all;
  for (const auto& [name, tensor] : network.named_parameters())
    all.emplace_back(name, tensor.detach());
  for (const auto& [name, tensor] : network.named_buffers())
    if (!is_count(name)) all.emplace_back(name, tensor);
  return all;
}

/// Made only to ask it for names and shapes; which of its weights are drawn is all the same.
std::shared_ptr<Backbone> example_of(const std::string& network) {
  const auto side = pretrained_input(network)->side;
  const Task task{.classes = 2, .channels = 3, .height = side, .width = side};
  return make_backbone(network, task, {}, 0);
}

bool fits(const std::string& network, const std::map<std::string, Tensor>& given) {
  const auto head = head_of(network);
  size_t of_features = 0;
  for (const auto& [name, tensor] : tensors_of(*example_of(network))) {
    if (in_head(name, head)) continue;
    const auto found = given.find(name);
    if (found == given.end() || found->second.sizes() != tensor.sizes()) return false;
    ++of_features;
  }
  const auto others = std::count_if(given.begin(), given.end(), [&](const auto& entry) {
    return !in_head(entry.first, head) && !is_count(entry.first);
  });
  return static_cast<size_t>(others) == of_features;
}

}  // namespace

std::string head_of(const std::string& network) {
  if (const auto input = pretrained_input(network)) return input->head;
  // torchvision's name in the networks that are its own, else ours.
  return network.starts_with("resnet-") || network.starts_with("wrn-") ? "fc" : "head";
}

std::vector<std::string> pretrained_networks() {
  std::vector<std::string> names;
  for (const auto& name : model_names())
    if (pretrained_input(name)) names.push_back(name);
  return names;
}

std::string network_of(const NamedTensors& tensors) {
  const std::map<std::string, Tensor> given(tensors.begin(), tensors.end());
  for (const auto& name : pretrained_networks())
    if (fits(name, given)) return name;
  return {};
}

NamedTensors without_head(const NamedTensors& tensors, const std::string& network) {
  const auto head = head_of(network);
  NamedTensors kept;
  for (const auto& named : tensors)
    if (!in_head(named.first, head) && !is_count(named.first)) kept.push_back(named);
  return kept;
}

Loaded load_weights(Backbone& network, const std::string& name, const NamedTensors& tensors,
                    const std::string& where) {
  const at::NoGradGuard no_grad;
  const auto head = head_of(name);
  std::map<std::string, Tensor> left(tensors.begin(), tensors.end());
  Loaded loaded;
  for (const auto& [tensor_name, target] : tensors_of(network)) {
    const auto found = left.find(tensor_name);
    const bool fit = found != left.end() && found->second.sizes() == target.sizes();
    if (!fit && in_head(tensor_name, head)) {
      loaded.not_in_file.push_back(tensor_name);
      continue;
    }
    if (found == left.end())
      throw refused(where, name, "tensor '" + tensor_name + "'", "none of that name");
    const auto& value = found->second;
    if (!fit)
      throw refused(where, name, "tensor '" + tensor_name + "' " + shape_text(target),
                    shape_text(value));
    if (!at::isfinite(value).all().item<bool>())
      throw refused(where, name, "finite numbers", "NaN or infinity in '" + tensor_name + "'");
    target.copy_(value);
    left.erase(found);
    ++loaded.tensors;
  }
  for (const auto& [tensor_name, tensor] : left) {
    if (is_count(tensor_name)) continue;
    if (!in_head(tensor_name, head))
      throw refused(where, name, "its tensors alone", "'" + tensor_name + "' besides");
    loaded.left_out.push_back(tensor_name);
  }
  return loaded;
}

}  // namespace sslhost::host
