// SPDX-License-Identifier: Apache-2.0
// Maxima over windows 2×2 with the ReLU after them, in one pass. One byte for each remembers where
// it was; LibTorch's two operators keep eight and write the larger tensor twice.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/relu.h>
#include <torch/csrc/autograd/custom_function.h>

#include "sslhost/nn/convolution.hpp"

namespace sslhost {

namespace {

constexpr auto kLast = at::MemoryFormat::ChannelsLast;

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define SSLHOST_CLONES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define SSLHOST_CLONES
#endif

/// Which of a window's four values is its maximum, row by row; kNone: nothing above `least` is.
using Place = uint8_t;
constexpr Place kNone = 4;

/// Channels side by side. Named, since whether a compiler makes vectors of a loop over them hangs
/// by a hair: a `restrict` once left one scalar, eight times slower. GCC 12 takes comparisons of
/// more than 8 floats apart.
template <int Count>
struct Lanes {
  using Floats [[gnu::vector_size(4 * Count)]] = float;
  using Ints [[gnu::vector_size(4 * Count)]] = int32_t;
  using Places [[gnu::vector_size(Count)]] = Place;
};

template <class Vector, class Element>
[[gnu::always_inline]] inline void load(const Element* from, Vector& v) {
  __builtin_memcpy(&v, from, sizeof v);
}

template <class Vector, class Element>
[[gnu::always_inline]] inline void store(Element* to, const Vector& v) {
  __builtin_memcpy(to, &v, sizeof v);
}

/// `at` for all channels, 8, 4 or 1 at a time.
template <class At>
[[gnu::always_inline]] inline void each_channel(int64_t c, const At& at) {
  int64_t k = 0;
  for (; k + 8 <= c; k += 8) at(Lanes<8>(), k);
  for (; k + 4 <= c; k += 4) at(Lanes<4>(), k);
  for (; k < c; ++k) at(Lanes<1>(), k);
}

/// Two rows of an image [2w,c], the row [w,c] of their maxima, nothing below `least`, and the first
/// place of each. A NaN stays one: it has to be seen in the loss.
SSLHOST_CLONES void row_maxima(const float* upper, const float* lower, int64_t w, int64_t c,
                               float least, float* out, Place* places) {
  for (int64_t j = 0; j < w; ++j) {
    const float *p = upper + 2 * j * c, *q = lower + 2 * j * c;
    each_channel(c, [&]<int Count>(Lanes<Count>, int64_t k) __attribute__((always_inline)) {
      using Floats = typename Lanes<Count>::Floats;
      using Ints = typename Lanes<Count>::Ints;
      Floats v;
      load(p + k, v);
      Ints at = {};
      const auto look = [&](const float* from, int where) __attribute__((always_inline)) {
        Floats other;
        load(from + k, other);
        const Ints larger = (other > v) | (other != other);
        v = larger ? other : v;
        at = larger ? Ints{} + where : at;
      };
      look(p + c, 1);
      look(q, 2);
      look(q + c, 3);
      const Ints none = v <= least, some = v > least;
      store(out + j * c + k, none ? Floats{} + least : v);
      store(places + j * c + k,
            __builtin_convertvector(some ? at : Ints{} + kNone, typename Lanes<Count>::Places));
    });
  }
}

/// The gradient of each maximum goes to its place, without branches, which processors would guess
/// wrong.
SSLHOST_CLONES void row_gradients(const Place* places, const float* gradient, int64_t w, int64_t c,
                                  float* to_upper, float* to_lower) {
  for (int64_t j = 0; j < w; ++j) {
    float *p = to_upper + 2 * j * c, *q = to_lower + 2 * j * c;
    each_channel(c, [&]<int Count>(Lanes<Count>, int64_t k) __attribute__((always_inline)) {
      using Floats = typename Lanes<Count>::Floats;
      using Ints = typename Lanes<Count>::Ints;
      Floats g;
      typename Lanes<Count>::Places place;
      load(gradient + j * c + k, g);
      load(places + j * c + k, place);
      const Ints at = __builtin_convertvector(place, Ints);
      store(p + k, at == 0 ? g : Floats{});
      store(p + c + k, at == 1 ? g : Floats{});
      store(q + k, at == 2 ? g : Floats{});
      store(q + c + k, at == 3 ? g : Floats{});
    });
  }
}

/// Copies past the caches. An ordinary write reads the memory first, and pushes out of the caches
/// what is still needed: for what is larger than they are it takes twice as long.
void stream(const float* from, int64_t count, float* to) {
#ifdef __SSE2__
  if (reinterpret_cast<uintptr_t>(to) % 16 == 0)
    for (; count >= 4; count -= 4, from += 4, to += 4) _mm_stream_ps(to, _mm_loadu_ps(from));
#endif
  std::copy_n(from, count, to);
}

/// What was streamed may pass later writes: this comes before another thread hears that it is done.
void finish_streams() {
#ifdef __SSE2__
  _mm_sfence();
#endif
}

/// Where rows begin: row y of the result, and the upper one of its two in x.
struct Rows {
  explicit Rows(at::IntArrayRef x)
      : c(x[1]),
        w(x[3] / 2),
        h(x[2] / 2),
        x_row(x[3] * c),
        x_image(x[2] * x_row),
        count(x[0] * h) {}
  int64_t one(int64_t y) const { return y * w * c; }
  int64_t two(int64_t y) const { return y / h * x_image + y % h * 2 * x_row; }

  template <class Row>
  void each(const Row& row) const {
    at::parallel_for(0, count, std::max<int64_t>(1, (1 << 14) / (w * c)),
                     [&](int64_t begin, int64_t end) {
                       for (int64_t y = begin; y < end; ++y) row(two(y), one(y));
                       finish_streams();
                     });
  }

  int64_t c, w, h, x_row, x_image, count;
};

/// Bytes of a gradient above which it is streamed.
constexpr size_t kStreamed = 8 << 20;

struct Maxima {
  Tensor values, places;  ///< [N,C,⌊H/2⌋,⌊W/2⌋]
};

Maxima maxima(const Tensor& x, float least) {
  const auto like = [&](at::ScalarType type) {
    return at::empty({x.size(0), x.size(1), x.size(2) / 2, x.size(3) / 2},
                     x.options().dtype(type).memory_format(kLast));
  };
  Maxima all = {like(at::kFloat), like(at::kByte)};
  const Rows rows(x.sizes());
  const float* from = x.const_data_ptr<float>();
  float* to = all.values.mutable_data_ptr<float>();
  Place* places = all.places.mutable_data_ptr<Place>();
  rows.each([&](int64_t two, int64_t one) {
    row_maxima(from + two, from + two + rows.x_row, rows.w, rows.c, least, to + one, places + one);
  });
  return all;
}

/// The gradient of x [N,C,H,W] from that of its maxima.
Tensor data_rms(const Tensor& gradient, const Tensor& places, at::IntArrayRef shape) {
  auto result = at::empty(shape, gradient.options().memory_format(kLast));
  // A last row or column that is in no window.
  if (shape[2] % 2 == 1) result.select(2, shape[2] - 1).zero_();
  if (shape[3] % 2 == 1) result.select(3, shape[3] - 1).zero_();
  const auto rows_of_gradient = gradient.contiguous(kLast);
  const Rows rows(shape);
  const auto* g = rows_of_gradient.const_data_ptr<float>();
  const auto* from = places.const_data_ptr<Place>();
  float* to = result.mutable_data_ptr<float>();
  if (result.nbytes() < kStreamed) {
    rows.each([&](int64_t two, int64_t one) {
      row_gradients(from + one, g + one, rows.w, rows.c, to + two, to + two + rows.x_row);
    });
    return result;
  }
  const int64_t length = 2 * rows.w * rows.c;
  rows.each([&](int64_t two, int64_t one) {
    static thread_local std::vector<float> pair;
    pair.resize(static_cast<size_t>(2 * length));
    float *upper = pair.data(), *lower = upper + length;
    row_gradients(from + one, g + one, rows.w, rows.c, upper, lower);
    stream(upper, length, to + two);
    stream(lower, length, to + two + rows.x_row);
  });
  return result;
}

class Pool final : public torch::autograd::Function<Pool> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x, double least) {
    auto [values, places] = maxima(x, static_cast<float>(least));
    context->save_for_backward({places});
    context->saved_data["shape"] = x.sizes().vec();
    return values;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto places = context->get_saved_variables()[0];
    const auto shape = context->saved_data["shape"].toIntVector();
    const auto& g = gradients[0];
    if (!at::GradMode::is_enabled()) return {data_rms(g, places, shape), Tensor()};
    // To be differentiated again: which value was taken is a constant.
    const auto taken = data_rms(at::ones_like(places, g.options()), places, shape);
    const auto windows = g.repeat_interleave(2, 2).repeat_interleave(2, 3);
    return {taken * at::constant_pad_nd(windows, {0, shape[3] % 2, 0, shape[2] % 2}), Tensor()};
  }
};

bool fits(const Tensor& x) {
  return x.device().is_cpu() && x.scalar_type() == at::kFloat && x.dim() == 4 &&
         x.is_contiguous(kLast) && x.size(2) > 1 && x.size(3) > 1 && x.numel() > 0;
}

}  // namespace

Tensor max_pool2x2(const Tensor& x, bool relu) {
  if (fits(x)) return Pool::apply(x, relu ? 0.0 : -std::numeric_limits<double>::infinity());
  const auto maxima = at::max_pool2d(x, {2, 2});
  return relu ? at::relu(maxima) : maxima;
}

}  // namespace sslhost
