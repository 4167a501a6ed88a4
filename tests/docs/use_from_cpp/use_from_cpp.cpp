// SPDX-License-Identifier: Apache-2.0
// docs/how-to/use-from-cpp.md: trains on the embedded digits, then predicts. Arguments: plugin
// folder, run folder, iterations.
#include <cstdio>

#include <ATen/ops/zeros.h>

#include <sslhost/engine.hpp>

namespace {

class Printer final : public sslhost::Observer {
 public:
  void progress(const Progress& p) override {
    for (const auto& [name, value] : p.values)
      if (name == "test_error")
        std::fprintf(stderr, "%lld of %lld: %.1f %% wrong\n", static_cast<long long>(p.iteration),
                     static_cast<long long>(p.iterations), 100 * value);
  }
  void warning(const std::string& text) override { std::fprintf(stderr, "%s\n", text.c_str()); }
};

void train_and_predict(const char* plugins, const char* run, const char* iterations) {
  const sslhost::TrainRequest request{
      .options = {{"plugin", "vat"}, {"labels", "50"}, {"iterations", iterations}, {"out", run}},
      .recipe = "",
      .plugin_folders = {plugins},
      .plugin_files = {}};
  Printer printer;
  const sslhost::RunResult result = sslhost::train(request, printer);
  std::printf("test error %.2f %% in %.1f s\n", 100 * result.test_error, result.seconds);

  const auto classifier =
      sslhost::Classifier::load(result.run, "auto", {.plugin_folders = {plugins}});
  const auto images =
      at::zeros({3, 1, 8, 8}, at::kByte);  // yours: [N,C,H,W], in the dataset's own units
  const auto [probability, label] = classifier.predict(images).max(1);
  for (int64_t i = 0; i < images.size(0); ++i)
    std::printf("%s (%.0f %%)\n", classifier.classes()[label[i].item<int64_t>()].c_str(),
                100 * probability[i].item<double>());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return static_cast<int>(sslhost::ExitCode::usage);
  try {
    train_and_predict(argv[1], argv[2], argv[3]);
  } catch (const sslhost::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.code());
  }
}
