// SPDX-License-Identifier: Apache-2.0
// docs/how-to/use-from-cpp.md: classifies photos. Arguments: run folder or model, plugin folder,
// photos.
#include <cstdio>
#include <filesystem>
#include <vector>

#include <sslhost/engine.hpp>

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  try {
    const auto classifier =
        sslhost::Classifier::load(argv[1], "auto", {.plugin_folders = {argv[2]}});
    const std::vector<std::filesystem::path> photos(argv + 3, argv + argc);
    const auto found = classifier.predict_files(photos);
    for (size_t i = 0; i < photos.size(); ++i) {
      const auto& [reason, label, probability, probabilities] = found[i];
      if (reason.empty())
        std::printf("%s: %s (%.0f %%)\n", photos[i].c_str(),
                    classifier.classes()[static_cast<size_t>(label)].c_str(), 100 * probability);
      else
        std::printf("%s: %s\n", photos[i].c_str(), reason.c_str());
    }
  } catch (const sslhost::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.code());
  }
}
