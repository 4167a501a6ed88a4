// SPDX-License-Identifier: Apache-2.0
#include "host/model/build_method.hpp"

#include <ATen/Context.h>

#include "sslhost/error.hpp"

#include "host/loading/guard.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

void build_method(Plan& plan, const Task& task, std::unique_ptr<Registry>& registry,
                  MethodOwner& method, const InitialWeights* initial) {
  const auto& id = plan.settings.plugin;
  registry = std::make_unique<Registry>(task, plan.settings.model,
                                        static_cast<uint64_t>(plan.settings.seed));
  if (initial) registry->begin_with(*initial);
  method =
      MethodOwner(guarded(id, "make", -1, [&] { return plan.method.method->make(); }).release(),
                  DestroyMarked{id});
  // Modules of a method's own draw their first weights from LibTorch's generators.
  at::manual_seed(registry->seed("build"));
  guarded(id, "build", -1, [&] { method->build(*registry); });
  if (registry->problems().empty()) return;
  throw Error(ExitCode::usage, {"method " + id, "", joined(registry->problems(), "\n"),
                                "see `sslhost --plugin " + id + " --help`"});
}

}  // namespace sslhost::host
