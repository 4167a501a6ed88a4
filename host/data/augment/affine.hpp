// SPDX-License-Identifier: Apache-2.0
#pragma once

// Affine maps from where a pixel goes to where it comes from, in pixels from the image's center. T
// is float for one image, Tensor [N] for a batch; both use these formulas. For an image that is
// turned and then cropped, the map is turn, then crop appended.

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sslhost::host {

/// (u, v) comes from (a·u + b·v + c, d·u + e·v + f).
template <class T>
struct Affine {
  T a, b, c, d, e, f;
};

/// What `first` and afterwards `then` do to an image.
template <class T>
Affine<T> append(const Affine<T>& first, const Affine<T>& then) {
  const auto& [a, b, c, d, e, f] = first;
  return {a * then.a + b * then.d, a * then.b + b * then.e, a * then.c + b * then.f + c,
          d * then.a + e * then.d, d * then.b + e * then.e, d * then.c + e * then.f + f};
}

/// `like` gives the type and, for tensors, device and length.
template <class T>
Affine<T> identity_map(const T& like) {
  const T zero = like * 0.0f, one = zero + 1.0f;
  return {one, zero, zero, zero, one, zero};
}

/// sign: −1 mirrors left and right, 1 leaves the image as it is.
template <class T>
Affine<T> flip_map(const T& sign) {
  const auto one = identity_map(sign);
  return {sign, one.b, one.c, one.d, one.e, one.f};
}

template <class T>
Affine<T> rotation_map(const T& degrees) {
  using std::cos, std::sin;
  const T angle = degrees * static_cast<float>(std::numbers::pi / 180);
  const T c = cos(angle), s = sin(angle), zero = angle * 0.0f;
  return {c, -s, zero, s, c, zero};
}

/// A rectangle of the image, enlarged to its size: `area` is its share of the image's area, `ratio`
/// its width by its height where the image's is 1, and x, y in [0,1) place it.
template <class T>
Affine<T> crop_map(const T& area, const T& ratio, const T& x, const T& y, float width,
                   float height) {
  using std::sqrt;
  const T w = sqrt(area * ratio), h = sqrt(area / ratio), zero = w * 0.0f;
  return {w, zero, (x - 0.5f) * (1.0f - w) * width, zero, h, (y - 0.5f) * (1.0f - h) * height};
}

/// What a resized crop draws from u, v in [0,1): a ratio from 3/4 to 4/3, uniform in its logarithm,
/// and an area that fits into the image with it. Where `smallest` leaves little room the ratio is
/// nearer to 1.
template <class T>
T crop_ratio(const T& v, float smallest) {
  using std::exp;
  return exp((v * 2.0f - 1.0f) * std::min(std::log(4.0f / 3.0f), -std::log(smallest)));
}
template <class T>
T crop_area(const T& u, float smallest, const T& ratio) {
  using std::abs, std::exp, std::log;
  return u * (exp(-abs(log(ratio))) - smallest) + smallest;
}

}  // namespace sslhost::host
