// SPDX-License-Identifier: Apache-2.0
#pragma once

// Calls of the host's functions, whose failures go through the plugin as exceptions.

#include "sslhost/stable/tensor.hpp"

namespace sslhost::stable {

/// What the host failed with, on its way through the plugin. Not to be caught.
struct HostFailed {};

namespace detail {

/// Set by the entry function, once.
inline const HostCalls* host_calls = nullptr;
inline const HostCalls& host() { return *host_calls; }

inline void must(int failed) {
  if (failed != 0) throw HostFailed();
}

/// A call that gives a tensor as its last argument.
template <class Call, class... Arguments>
Tensor given(Call call, Arguments... arguments) {
  TensorHandle handle = nullptr;
  must(call(arguments..., &handle));
  return owned(handle);
}

}  // namespace detail

}  // namespace sslhost::stable
