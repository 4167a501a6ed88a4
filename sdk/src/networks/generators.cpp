// SPDX-License-Identifier: Apache-2.0
#include "generators.hpp"

#include <c10/util/Exception.h>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

namespace sslhost {

std::vector<std::string> generator_names() {
  return {"dcgan", "dcgan-28", "dcgan-32", "dcgan-64", "dcgan-224", "mlp-500-500"};
}

std::shared_ptr<Generator> make_generator(std::string_view name, const Task& task, int64_t latent,
                                          uint64_t seed) {
  TORCH_CHECK(latent > 0, "make_generator: expected a latent size > 0, found ", latent);
  const networks::WantedGenerator wanted{name, task, latent, seed};
  if (auto generator = networks::dcgan(wanted)) return generator;
  if (auto generator = networks::mlp_generator(wanted)) return generator;
  std::string known = "mlp-A-B-... with hidden widths";
  for (const auto& other : generator_names()) known += ", " + other;
  throw Error(ExitCode::usage,
              {"option generator", known,
               "'" + std::string(name) + "'" + did_you_mean(name, generator_names()), ""});
}

}  // namespace sslhost
