// SPDX-License-Identifier: Apache-2.0
// Vision transformers: A. Dosovitskiy et al., arXiv:2010.11929v2, of the small size of H. Touvron
// et al., arXiv:2012.12877v2, with timm's parameter names; and DINOv2's of that size: M. Oquab et
// al., arXiv:2304.07193v2, with register tokens: T. Darcet et al., arXiv:2309.16588v2, with the
// authors' names (their files have no head). Position embeddings are of the files' size; for other
// images they are resized. Features are the class token after the last norm. Stochastic depth is
// left out.
#include <algorithm>
#include <cmath>
#include <tuple>

#include <ATen/ops/_scaled_dot_product_attention_math.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include "sslhost/error.hpp"

#include "conv2d.hpp"
#include "family.hpp"
#include "initializer.hpp"
#include "layer_norm.hpp"
#include "list.hpp"
#include "position_embedding.hpp"

namespace sslhost::networks {

namespace {

constexpr int64_t kWidth = 384, kHeads = 6, kDepth = 12;

struct Variant {
  std::string_view name;
  int64_t patch, side;  ///< pixels, of a patch and of the images it was trained on
  bool dino;            ///< has layer scales, and a token for masked patches
  int64_t registers;
  Resizing resizing;
};

constexpr Variant kVariants[] = {
    {"vit-small", 16, 224, false, 0, {}},
    {"dinov2-small", 14, 518, true, 0, {.offset = 0.1, .antialias = false}},
    {"dinov2-small-reg", 14, 518, true, 4, {}},
};

/// A linear layer on tokens [N,T,I] -> [N,T,O].
Tensor on_tokens(const Linear& layer, const Tensor& x) {
  return layer.forward(x.flatten(0, 1)).view({x.size(0), x.size(1), -1});
}

/// softmax(q kᵀ / √d) v of [N,heads,T,d]. LibTorch's kernels for GPUs would add up gradients in no
/// order, so that no run could be repeated.
Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v) {
  if (q.device().is_cpu()) return at::scaled_dot_product_attention(q, k, v);
  return std::get<0>(at::_scaled_dot_product_attention_math(q, k, v));
}

class Attention final : public Module {
 public:
  Attention() {
    qkv_ = register_module("qkv", std::make_shared<Linear>(kWidth, 3 * kWidth));
    proj_ = register_module("proj", std::make_shared<Linear>(kWidth, kWidth));
  }
  Tensor forward(const Tensor& x) const {
    const auto n = x.size(0), tokens = x.size(1);
    const auto parts = on_tokens(*qkv_, x)
                           .view({n, tokens, 3, kHeads, kWidth / kHeads})
                           .permute({2, 0, 3, 1, 4})
                           .unbind(0);
    const auto h = attend(parts[0], parts[1], parts[2]).transpose(1, 2);
    return on_tokens(*proj_, h.reshape({n, tokens, kWidth}));
  }

 private:
  std::shared_ptr<Linear> qkv_, proj_;
};

class Mlp final : public Module {
 public:
  Mlp() {
    fc1_ = register_module("fc1", std::make_shared<Linear>(kWidth, 4 * kWidth));
    fc2_ = register_module("fc2", std::make_shared<Linear>(4 * kWidth, kWidth));
  }
  Tensor forward(const Tensor& x) const { return on_tokens(*fc2_, at::gelu(on_tokens(*fc1_, x))); }

 private:
  std::shared_ptr<Linear> fc1_, fc2_;
};

class LayerScale final : public Module {
 public:
  LayerScale() { gamma = register_parameter("gamma", at::ones({kWidth})); }
  Tensor gamma;
};

/// x + attention(norm(x)), then x + mlp(norm(x)).
class Block final : public Module {
 public:
  explicit Block(bool scaled) {
    norm1_ = register_module("norm1", std::make_shared<LayerNorm>(kWidth));
    attn_ = register_module("attn", std::make_shared<Attention>());
    if (scaled) ls1_ = register_module("ls1", std::make_shared<LayerScale>());
    norm2_ = register_module("norm2", std::make_shared<LayerNorm>(kWidth));
    mlp_ = register_module("mlp", std::make_shared<Mlp>());
    if (scaled) ls2_ = register_module("ls2", std::make_shared<LayerScale>());
  }

  Tensor forward(const Tensor& x) const {
    const auto attended = attn_->forward(norm1_->forward(x));
    const auto h = x + (ls1_ ? attended * ls1_->gamma : attended);
    const auto mixed = mlp_->forward(norm2_->forward(h));
    return h + (ls2_ ? mixed * ls2_->gamma : mixed);
  }

 private:
  std::shared_ptr<LayerNorm> norm1_, norm2_;
  std::shared_ptr<Attention> attn_;
  std::shared_ptr<Mlp> mlp_;
  std::shared_ptr<LayerScale> ls1_, ls2_;
};

/// Images [N,C,H,W] to patches [N,width,h,w].
class PatchEmbedding final : public Module {
 public:
  PatchEmbedding(int64_t channels, int64_t patch) {
    const ConvShape shape{.kernel = patch, .stride = patch};
    proj = register_module("proj", std::make_shared<Conv2d>(channels, kWidth, shape));
  }
  std::shared_ptr<Conv2d> proj;
};

class VisionTransformer final : public Backbone {
 public:
  VisionTransformer(const Wanted& wanted, const Variant& variant) : resizing_(variant.resizing) {
    const auto& [name, task, request, seed] = wanted;
    add_tokens(variant);
    if (request.noise > 0)
      noise_ = register_module("noise", std::make_shared<GaussianNoise>(request.noise));
    patches_ = register_module("patch_embed",
                               std::make_shared<PatchEmbedding>(task.channels, variant.patch));
    blocks_ = register_module("blocks", std::make_shared<List<Block>>());
    for (int64_t i = 0; i < kDepth; ++i) blocks_->add(std::make_shared<Block>(variant.dino));
    norm_ = register_module("norm", std::make_shared<LayerNorm>(kWidth));
    if (request.dropout > 0)
      dropout_ = register_module("dropout", std::make_shared<Dropout>(request.dropout));
    head_ = register_module("head", std::make_shared<Linear>(kWidth, task.classes));
    initialize(Initializer(seed));
  }

  Tensor features(const Tensor& images) override {
    const auto patches =
        patches_->proj->forward(channels_last(noise_ ? noise_->forward(images) : images));
    const auto n = patches.size(0);
    const auto position =
        position_embedding(position_, patches.size(2), patches.size(3), resizing_);
    auto h = at::cat({class_token_.expand({n, -1, -1}), patches.flatten(2).transpose(1, 2)}, 1);
    h = h + position;
    // Registers have no place, so that they come after the positions.
    if (registers_.defined())
      h = at::cat({h.slice(1, 0, 1), registers_.expand({n, -1, -1}), h.slice(1, 1)}, 1);
    for (const auto& block : blocks_->all()) h = block->forward(h);
    h = norm_->forward(h.select(1, 0));
    return dropout_ ? dropout_->forward(h) : h;
  }
  Tensor head(const Tensor& features) override { return head_->forward(features); }
  int64_t width() const override { return kWidth; }

 private:
  void add_tokens(const Variant& variant) {
    const int64_t grid = variant.side / variant.patch;
    class_token_ = register_parameter("cls_token", at::zeros({1, 1, kWidth}));
    position_ = register_parameter("pos_embed", at::zeros({1, 1 + grid * grid, kWidth}));
    if (variant.registers > 0)
      registers_ = register_parameter("register_tokens", at::zeros({1, variant.registers, kWidth}));
    // In the files, and without a use here: no patch is masked.
    if (variant.dino)
      register_parameter("mask_token", at::zeros({1, kWidth}), /*requires_grad=*/false);
  }

  /// The authors': N(0, 0.02²) in linear layers, which they cut where nothing is left of it, and in
  /// positions; tokens begin at about 0; the patches' convolution as torch.nn.Conv2d has it.
  void initialize(const Initializer& init) {
    for (const auto& [name, tensor] : named_parameters()) {
      if (tensor.dim() == 2 && name.ends_with(".weight")) init.normal(tensor, name, 0, 0.02);
      if (name.ends_with(".bias")) Initializer::zero(tensor);
    }
    init.normal(position_, "pos_embed", 0, 0.02);
    init.normal(class_token_, "cls_token", 0, 1e-6);
    if (registers_.defined()) init.normal(registers_, "register_tokens", 0, 1e-6);
    const auto& proj = *patches_->proj;
    const double bound = 1 / std::sqrt(static_cast<double>(proj.weight[0].numel()));
    init.uniform(proj.weight, "patch_embed.proj.weight", bound);
    init.uniform(proj.bias, "patch_embed.proj.bias", bound);
  }

  Resizing resizing_;
  Tensor class_token_, position_, registers_;
  std::shared_ptr<GaussianNoise> noise_;
  std::shared_ptr<PatchEmbedding> patches_;
  std::shared_ptr<List<Block>> blocks_;
  std::shared_ptr<LayerNorm> norm_;
  std::shared_ptr<Dropout> dropout_;
  std::shared_ptr<Linear> head_;
};

/// Throws Error (usage) for images that do not consist of whole patches, two each way at least.
void require_patches(const Wanted& wanted, int64_t patch) {
  require_images(wanted, 2 * patch);
  const auto& task = wanted.task;
  if (task.height % patch == 0 && task.width % patch == 0) return;
  const auto whole = std::to_string(std::min(task.height, task.width) / patch * patch);
  throw Error(ExitCode::usage,
              {"option model",
               "images whose height and width are multiples of " + std::to_string(patch) + " for " +
                   std::string(wanted.name),
               std::to_string(task.height) + "x" + std::to_string(task.width),
               "choose another network, or for pictures of your own --image-size " + whole});
}

}  // namespace

Family vision_transformer() {
  return {names_of(kVariants),
          [](const Wanted& w) -> std::shared_ptr<Backbone> {
            const auto* variant = find_named(kVariants, w.name);
            if (!variant) return nullptr;
            require_patches(w, variant->patch);
            return std::make_shared<VisionTransformer>(w, *variant);
          },
          [](std::string_view name) {
            // DINOv2's users take 224, which is 16 patches, not the 518 of its last training days.
            return find_named(kVariants, name) ? std::optional(imagenet_input(224, "head"))
                                               : std::nullopt;
          }};
}

}  // namespace sslhost::networks
