// SPDX-License-Identifier: Apache-2.0
#include "host/model/model_facts.hpp"

#include <fcntl.h>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/storage/descriptor.hpp"
#include "host/storage/safetensors_header.hpp"

namespace sslhost::host {

ModelFacts model_facts(const std::filesystem::path& file) {
  const auto descriptor = open_file(file, O_RDONLY, "the model of a finished run");
  const auto header = read_header(descriptor, file);
  ModelFacts facts;
  try {
    const auto about = nlohmann::json::parse(header.metadata.at("sslhost_model"));
    const bool encoded = about.contains("encoder") && !about.at("encoder").is_null();
    facts.scale = (encoded ? about.at("encoder") : about).at("scale");
    if (about.contains("reader")) facts.reader = about.at("reader").at("dataset");
  } catch (const std::exception& error) {
    throw Error(ExitCode::storage, {file.string(), "a model of sslhost", error.what(),
                                    "name the folder of a finished run, or its model.safetensors"});
  }
  return facts;
}

}  // namespace sslhost::host
