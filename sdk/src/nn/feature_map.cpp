// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/feature_map.hpp"

namespace sslhost {

FeatureMap::~FeatureMap() = default;

}  // namespace sslhost
