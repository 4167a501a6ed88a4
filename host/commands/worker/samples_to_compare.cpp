// SPDX-License-Identifier: Apache-2.0
#include "host/commands/worker/samples_to_compare.hpp"

#include <vector>

#include "host/data/check_dataset.hpp"
#include "host/data/run_data.hpp"
#include "host/device/device.hpp"
#include "host/encode/pretrained.hpp"

namespace sslhost::host {

std::unique_ptr<Encoder> encoder_of(const DataPlan& plan) {
  auto name = plan.encoder;
  if (name == "auto")
    name = takes_any_size(plan.plugin) && weights_named(kUsualEncoder) ? kUsualEncoder : "none";
  if (name == "none") return nullptr;
  return std::make_unique<Encoder>(load_pretrained(name), choose_device(plan.device));
}

Dataset read_to_compare(const DataPlan& plan, const Classifier* classifier, const Encoder* encoder,
                        const DatasetReader::Progress& progress) {
  constexpr int64_t kSide = 64;
  if (classifier != nullptr)
    return read_to_predict(plan.plugin, plan.data, classifier->shape(),
                           classifier->knowledge_of(plan.dataset), progress);
  if (takes_any_size(plan.plugin))
    return read_to_predict(
        plan.plugin, plan.data,
        encoder != nullptr ? encoder->shape() : std::vector<int64_t>{3, kSide, kSide}, {},
        progress);
  return read_dataset(plan.plugin, plan.data, {.progress = progress, .use = DataUse::prediction});
}

}  // namespace sslhost::host
