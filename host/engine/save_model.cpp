// SPDX-License-Identifier: Apache-2.0
#include "host/engine/save_model.hpp"

#include <optional>
#include <utility>

#include "host/model/model_file.hpp"

namespace sslhost::host {

namespace {

RecordedOptions options_of(const OptionList& list) {
  RecordedOptions options;
  for (const auto& option : list.all()) options[option.name()] = sslhost::to_text(option.value());
  return options;
}

bool is_pixels(const Dataset& dataset) { return dataset.train.data.scalar_type() == at::kByte; }

std::optional<ModelEncoder> encoder_of(const Session& session) {
  if (!session.encoder) return std::nullopt;
  const auto& dataset = session.dataset;
  return ModelEncoder{.network = session.encoder->network(),
                      .checksum = session.encoder->checksum(),
                      .shape = dataset.train.data.sizes().slice(1).vec(),
                      .pixels = is_pixels(dataset),
                      .scale = dataset.scale,
                      .tensors = session.encoder->tensors()};
}

std::optional<ReaderKnowledge> reader_of(const Session& session) {
  const auto& knowledge = session.dataset.knowledge;
  if (knowledge.empty()) return std::nullopt;
  return ReaderKnowledge{session.plan->settings.dataset, knowledge};
}

}  // namespace

void save_model(const RunFolder& folder, Session& session, std::optional<double> temperature) {
  const auto* predictor = session.registry->predictor();
  save_model_file(folder.model(),
                  {.method = session.plan->settings.plugin,
                   .model = session.plan->settings.model,
                   .options = options_of(session.plan->method_list),
                   .predictor = predictor ? std::optional(*predictor) : std::nullopt,
                   .encoder = encoder_of(session),
                   .reader = reader_of(session),
                   .classes = session.dataset.classes,
                   .temperature = temperature,
                   .scale = session.data.test.scale,
                   .pixels = !session.encoder && is_pixels(session.dataset),
                   .task = session.data.task,
                   .tensors = session.registry->model_tensors()});
}

/// The updates after a bad loss were skipped, so what the session holds are the last good weights:
/// unless the pass that gave the loss had already overflowed, running statistics included, or it is
/// their predictions that are bad.
void keep_last_good(const RunFolder& folder, Session& session, Trainer& trainer,
                    const Error& diverged) {
  try {
    trainer.evaluate(session.data.test);
    save_model(folder, session);
  } catch (const Error& unsaved) {
    if (unsaved.code() != ExitCode::diverged) throw;
    auto parts = diverged.parts();
    parts.next = "lower the learning rate; the last checkpoint is kept";
    throw Error(ExitCode::diverged, std::move(parts));
  }
}

}  // namespace sslhost::host
