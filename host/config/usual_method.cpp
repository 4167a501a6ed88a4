// SPDX-License-Identifier: Apache-2.0
#include "host/config/usual_method.hpp"

#include "host/data/check_dataset.hpp"
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

}  // namespace sslhost::host
