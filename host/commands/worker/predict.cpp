// SPDX-License-Identifier: Apache-2.0
// sslhost predict RUN: a trained model's predictions on the test part of a dataset, as CSV.

#include <algorithm>
#include <cstdio>

#include "sslhost/engine.hpp"
#include "sslhost/options.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/worker/request.hpp"
#include "host/engine/session.hpp"
#include "host/run/csv.hpp"

namespace sslhost::host {

namespace {

/// --data, --dataset and --device replace those of the run; nothing else means anything here.
TrainRequest data_request(const CommandLine& line, std::string& device) {
  auto request = request_of(line);
  request.options.clear();
  for (const auto& [name, value] : line.options) {
    if (name == "device")
      device = value;
    else if (name == "data" || name == "dataset")
      request.options.emplace_back(name, value);
    else
      throw Error(ExitCode::usage, {"sslhost predict", "--data, --dataset or --device",
                                    "--" + name + did_you_mean(name, {"data", "dataset", "device"}),
                                    "see `sslhost --help`"});
  }
  return request;
}

}  // namespace

int predict_command(const CommandLine& line) {
  if (line.operands.size() != 1)
    throw Error(ExitCode::usage, {"sslhost predict", "one run folder",
                                  std::to_string(line.operands.size()) + " operands",
                                  "sslhost predict RUN [--data PATH] [--dataset ID]"});
  std::string device = "auto";
  const auto request = data_request(line, device);
  const auto classifier = Classifier::load(line.operands[0], device, request);
  auto names = classifier.classes();
  std::transform(names.begin(), names.end(), names.begin(), csv_field);
  const auto [samples, ids] = test_part(line.operands[0], request, classifier.classes());

  std::printf("index,label,predicted,probability\n");
  const auto [probability, predicted] = classifier.predict(samples.data).max(1);
  int64_t errors = 0;
  for (int64_t i = 0; i < samples.size(); ++i) {
    const auto label = samples.labels[i].item<int64_t>(), guess = predicted[i].item<int64_t>();
    errors += label != guess;
    std::printf("%lld,%s,%s,%.4f\n", static_cast<long long>(ids[i]),
                names[static_cast<size_t>(label)].c_str(),
                names[static_cast<size_t>(guess)].c_str(), probability[i].item<double>());
  }
  if (!line.has("quiet"))
    std::fprintf(stderr, "%lld of %lld wrong (%.2f %%)\n", static_cast<long long>(errors),
                 static_cast<long long>(samples.size()),
                 100.0 * static_cast<double>(errors) /
                     static_cast<double>(std::max<int64_t>(1, samples.size())));
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
