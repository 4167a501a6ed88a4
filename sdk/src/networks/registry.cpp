// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <utility>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "family.hpp"

namespace sslhost {

namespace networks {

namespace {

std::vector<Family> families() {
  return {mlp(),    mlp_weight_norm(), cnn_4x4(),           cnn_3x3(),  cnn_weight_norm(),
          resnet(), wide_resnet(),     efficientnet_lite(), convnext(), vision_transformer()};
}

}  // namespace

std::vector<int64_t> widths_after(std::string_view prefix, std::string_view name) {
  constexpr int64_t kWidest = 1 << 16;
  if (!name.starts_with(prefix)) return {};
  std::vector<int64_t> widths;
  const char *at = name.data() + prefix.size(), *end = name.data() + name.size();
  while (at != end) {
    int64_t width = 0;
    if (*at != '-') return {};
    const auto parsed = std::from_chars(at + 1, end, width);
    if (parsed.ec != std::errc() || width < 1 || width > kWidest) return {};
    widths.push_back(width);
    at = parsed.ptr;
  }
  return widths;
}

void require_images(const Wanted& wanted, int64_t least) {
  const auto& task = wanted.task;
  const auto side = std::to_string(least);
  if (std::min(task.height, task.width) >= least) return;
  throw Error(ExitCode::usage,
              {"option model",
               "images of at least " + side + "x" + side + " for " + std::string(wanted.name),
               std::to_string(task.height) + "x" + std::to_string(task.width),
               "choose an mlp-... for this dataset"});
}

void require_batch_norm(const Wanted& wanted) {
  if (wanted.request.batch_norm) return;
  throw Error(ExitCode::usage, {"option model", "a network that works without batch norm",
                                std::string(wanted.name), "choose mlp-..., mlp-wn-... or cnn-wn"});
}

PretrainedInput imagenet_input(int64_t side, std::string head) {
  return {.side = side,
          .mean = {0.485f, 0.456f, 0.406f},
          .std = {0.229f, 0.224f, 0.225f},
          .head = std::move(head)};
}

}  // namespace networks

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const auto& family : networks::families())
    names.insert(names.end(), family.names.begin(), family.names.end());
  return names;
}

std::optional<PretrainedInput> pretrained_input(std::string_view name) {
  for (const auto& family : networks::families())
    if (family.pretrained)
      if (auto input = family.pretrained(name)) return input;
  return std::nullopt;
}

std::shared_ptr<Backbone> make_backbone(std::string_view name, const Task& task,
                                        const NetworkRequest& request, uint64_t seed) {
  for (const auto& family : networks::families())
    if (auto network = family.make({name, task, request, seed})) return network;
  std::string known = "mlp-A-B-... with hidden widths";
  for (const auto& other : model_names()) known += ", " + other;
  throw Error(ExitCode::usage, {"option model", known,
                                "'" + std::string(name) + "'" + did_you_mean(name, model_names()),
                                "choose one with --model NAME"});
}

}  // namespace sslhost
