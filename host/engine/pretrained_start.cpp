// SPDX-License-Identifier: Apache-2.0
#include "host/engine/pretrained_start.hpp"

#include <array>
#include <charconv>

#include "sslhost/error.hpp"

#include "host/data/check_dataset.hpp"
#include "host/encode/pretrained.hpp"

namespace sslhost::host {

namespace {

/// The file's weights, which must be those that the run began with.
Pretrained encoder_weights(const std::string& name, const RunRecord* begun) {
  const auto expected = begun ? begun->data.encoder_checksum : std::string();
  if (expected.empty()) return load_pretrained(name);
  const auto refuse = [&](const std::string& found) {
    throw Error(
        ExitCode::storage,
        {"encoder " + name,
         "the weights that the run began with: " + begun->data.encoder + ", SHA-256 " + expected,
         found, "put them back (`sslhost models` says where), or begin a new run"});
  };
  try {
    auto weights = load_pretrained(name);
    if (weights.checksum != expected) refuse("SHA-256 " + weights.checksum);
    return weights;
  } catch (const Error& error) {
    if (error.code() != ExitCode::usage) throw;
    refuse(error.parts().found);
  }
  return {};
}

/// Photos, and neither the user nor a recipe that was asked for says what sees them.
bool would_take_usual_encoder(const Plan& plan) {
  const auto& settings = plan.settings;
  const auto& model = plan.origins.at("model");
  const bool is_open = model == "default" || (plan.is_usual && model.starts_with("recipe "));
  return settings.encoder == "auto" && settings.init.empty() && is_open &&
         takes_any_size(plan.dataset);
}

std::unique_ptr<Encoder> chosen_encoder(Plan& plan, c10::Device device, const RunRecord* begun) {
  auto& name = plan.settings.encoder;
  if (name == "auto") {
    const bool wanted = plan.settings.init.empty() && plan.origins["model"] == "default" &&
                        weights_named(kUsualEncoder) && takes_any_size(plan.dataset);
    name = wanted ? kUsualEncoder : "none";
  }
  if (name == "none") return nullptr;
  return std::make_unique<Encoder>(encoder_weights(name, begun), device);
}

/// As numbers_of() reads the same numbers back.
std::string text_of(const std::vector<float>& numbers) {
  std::string text;
  for (const float number : numbers) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    text += (text.empty() ? "" : " ") + std::string(digits.data(), end);
  }
  return text;
}

void require_no_contradiction(Plan& plan) {
  const auto& settings = plan.settings;
  const auto refuse = [](const std::string& where, const std::string& expected,
                         const std::string& found, const std::string& next) {
    throw Error(ExitCode::usage, {where, expected, found, next});
  };
  if (settings.init.empty()) {
    if (settings.freeze_statistics)
      refuse("option freeze_statistics", "--init, whose statistics are kept", "none",
             "leave it out, or name weights to begin with");
    return;
  }
  if (settings.encoder != "auto" && settings.encoder != "none")
    refuse("--init " + settings.init, "a network that sees pictures",
           "--encoder " + settings.encoder + ", which gives it features",
           "use one of them: --init trains all layers, --encoder none of the network's");
}

/// The network is that of the weights, and sees samples as they did.
void suit(Plan& plan, const InitialWeights& weights) {
  auto& settings = plan.settings;
  if (plan.origins["model"] == "default") {
    settings.model = weights.network;
    plan.origins["model"] = "--init";
  }
  if (settings.model != weights.network)
    throw Error(ExitCode::usage,
                {"--init " + settings.init,
                 "weights of " + settings.model + ", the --model (" + plan.origins["model"] + ")",
                 "those of " + weights.network, "leave one of them out"});
  if (settings.model.find("-wn") != std::string::npos)
    throw Error(ExitCode::usage, {"--init " + settings.init, "a network without weight norm",
                                  settings.model, "its scales are set by the data at the start"});
  auto& preparation = settings.preparation;
  if (!preparation.mean.empty() || !preparation.std.empty() ||
      preparation.standardize != Preparation::Standardize::automatic)
    return;
  if (weights.mean.empty() && weights.std.empty()) {
    preparation.standardize = Preparation::Standardize::no;
    plan.origins["standardize"] = "--init";
    return;
  }
  preparation.mean = text_of(weights.mean);
  preparation.std = text_of(weights.std);
  plan.origins["mean"] = plan.origins["std"] = "--init";
}

}  // namespace

PretrainedStart pretrained_start(Plan& plan, c10::Device device, const RunRecord* begun) {
  require_no_contradiction(plan);
  PretrainedStart start;
  start.misses_weights = would_take_usual_encoder(plan) && !weights_named(kUsualEncoder);
  start.encoder = chosen_encoder(plan, device, begun);
  if (start.encoder) start.shape = start.encoder->shape();
  if (plan.settings.init.empty()) return start;
  if (begun) {
    start.shape = begun->data.shape;
    return start;
  }
  start.initial = load_initial_weights(plan.settings.init);
  start.shape = start.initial->shape;
  suit(plan, *start.initial);
  return start;
}

RunRecord record_of_begun(const std::filesystem::path& file, const Plan& plan) {
  const auto& settings = plan.settings;
  try {
    return read_run_record(file);
  } catch (const Error&) {  // it is written anew
    if (settings.init.empty() && settings.encoder == "none") return {};
    throw;
  }
}

RunRecord::Init finish_start(const InitialWeights& weights, const Plan& plan,
                             const ResidentPool& labeled, Registry& registry) {
  const auto& loaded = registry.loaded();
  if (!loaded)
    throw Error(ExitCode::usage,
                {"--init " + plan.settings.init, "a method that trains the network of --model",
                 plan.settings.plugin, "choose another: vat, fixmatch, mean-teacher, supervised"});
  RunRecord::Init init = {.source = plan.settings.init,
                          .network = weights.network,
                          .checksum = weights.checksum,
                          .loaded = loaded->tensors,
                          .not_in_file = loaded->not_in_file,
                          .left_out = weights.left_out};
  init.left_out.insert(init.left_out.end(), loaded->left_out.begin(), loaded->left_out.end());
  if (!init.not_in_file.empty()) init.head_labels = registry.fit_heads(weights.head, labeled);
  return init;
}

std::string start_text(const RunRecord::Init& init) {
  std::string text = "begins with the weights of " + init.network + " from " + init.source + ": " +
                     std::to_string(init.loaded) + " tensors";
  if (init.not_in_file.empty()) return text + ", the head among them";
  if (init.head_labels == 0) return text + "; the head is drawn anew";
  return text + "; a new head, fitted to " + std::to_string(init.head_labels) + " labeled samples";
}

}  // namespace sslhost::host
