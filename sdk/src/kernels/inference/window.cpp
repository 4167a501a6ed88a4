// SPDX-License-Identifier: Apache-2.0
#include "window.hpp"

#include <algorithm>

namespace sslhost::inference {

Source padded(const Planes& image, int64_t kernel, int64_t stride, const Window& down,
              const Window& across, Floats& memory) {
  const int64_t plane = down.padded * across.padded;
  float* copy = memory.at_least(image.channels * plane);
  std::fill_n(copy, image.channels * plane, 0.f);
  for (int64_t c = 0; c < image.channels; ++c)
    for (int64_t y = 0; y < std::min(image.height, down.padded - down.before); ++y)
      std::copy_n(image.data + (c * image.height + y) * image.width,
                  std::min(image.width, across.padded - across.before),
                  copy + c * plane + (y + down.before) * across.padded + across.before);
  Source source = {.data = copy,
                   .row = stride * across.padded,
                   .pixel = stride,
                   .height = down.out,
                   .width = across.out,
                   .taps = {}};
  for (int64_t c = 0; c < image.channels; ++c)
    for (int64_t y = 0; y < kernel; ++y)
      for (int64_t x = 0; x < kernel; ++x) source.taps.push_back(c * plane + y * across.padded + x);
  return source;
}

}  // namespace sslhost::inference
