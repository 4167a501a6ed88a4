// SPDX-License-Identifier: Apache-2.0
#include "host/config/usual_method.hpp"

#include <algorithm>
#include <cctype>

#include "sslhost/error.hpp"

#include "host/data/check_dataset.hpp"
#include "host/discovery/other_options.hpp"
#include "host/encode/pretrained.hpp"
#include "host/loading/loader.hpp"

namespace sslhost::host {

std::optional<UsualMethod> usual_method(const std::string& dataset, const std::string& encoder,
                                        const std::string& init, bool model,
                                        const SearchPath& search) {
  if (!takes_any_size(load_plugin(find_plugin(PluginKind::dataset, dataset, search))))
    return std::nullopt;
  if (!init.empty())
    return UsualMethod{"supervised/photos", "method: supervised, all layers of the network of " +
                                                init + "; another: --plugin ID"};
  const bool here = weights_named(kUsualEncoder).has_value();
  if (encoder == "auto" ? here && !model : encoder != "none")
    return UsualMethod{"label-propagation/photos",
                       "method: label-propagation on features of " +
                           (encoder == "auto" ? std::string(kUsualEncoder) : encoder) +
                           ", the best we measured with few labeled photos; another: --plugin ID",
                       "linear-probe/photos"};
  return UsualMethod{"vat/photos", "method: vat, with a network trained from scratch" +
                                       std::string(here ? "" : ", since no weights are here") +
                                       "; another: --plugin ID"};
}

void fail_without_method(const TrainRequest& request, const std::string& data,
                         const OptionList& host, const SearchPath& search) {
  const auto names = host.names();
  const auto of_plugins = options_of_plugins(search);
  for (const auto& [given, value] : request.options) {
    auto name = given;
    std::ranges::replace(name, '-', '_');
    if (std::ranges::find(names, name) != names.end() || of_plugins.contains(name)) continue;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto meant = did_you_mean(name, names);
    if (meant.empty() && of_plugins.empty()) continue;  // perhaps of a method: nobody asked yet
    throw Error(ExitCode::usage,
                {"--" + given, "an option", "none of that name" + meant, "see `sslhost --help`"});
  }
  if (!data.empty())
    throw Error(ExitCode::usage,
                {"command line", "a method", "none, and for these data nobody chooses one",
                 "add --plugin vat, or another one of `sslhost plugins`"});
  throw Error(ExitCode::usage,
              {"command line", "a method, or photos to choose one for", "neither",
               "try `sslhost --plugin vat`, or `sslhost --data PHOTOS`; see `sslhost --help`"});
}

}  // namespace sslhost::host
