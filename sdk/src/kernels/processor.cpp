// SPDX-License-Identifier: Apache-2.0
#include "processor.hpp"

#ifdef __x86_64__

#include <cstring>
#include <string_view>

#include <cpuid.h>

namespace sslhost {

bool has_avx512() { return __builtin_cpu_supports("avx512f"); }

bool is_amd() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  char vendor[13] = {};
  if (!__get_cpuid(0, &a, &b, &c, &d)) return false;
  std::memcpy(vendor, &b, 4);
  std::memcpy(vendor + 4, &d, 4);
  std::memcpy(vendor + 8, &c, 4);
  return std::string_view(vendor) == "AuthenticAMD";
}

}  // namespace sslhost

#else

namespace sslhost {

bool has_avx512() { return false; }
bool is_amd() { return false; }

}  // namespace sslhost

#endif
