// SPDX-License-Identifier: Apache-2.0
// What a run will need, held against machines of all sizes.
#include "host/engine/memory_of_run.hpp"

#include <gmock/gmock.h>

#include "tests/conformance/small_run.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::small_run;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MemoryOfRun : public ::testing::Test {
 protected:
  // 64 * 1000 + 1000 * 1000 + 1000 * 10 weights and what batch norm adds: about 4.3 MB of gradients
  const Session session = open_session(make_plan(small_run("vat", {{"model", "mlp-1000-1000"}})));
  static FreeMemory left(int64_t bytes) { return {bytes, "on this machine"}; }
};

TEST_F(MemoryOfRun, IsSaidPartByPartTheLargestFirst) {
  EXPECT_THAT(memory_of_run(session),
              AllOf(HasSubstr("optimizers and averages 8.6 MB, weights 4.3 MB, the data ")));
}

TEST_F(MemoryOfRun, WhatFitsIsNotSpokenOf) {
  EXPECT_THAT(check_memory(session, left(1'000'000'000)), IsEmpty());
}

TEST_F(MemoryOfRun, WhatFitsBarelyIsWarnedOf) {
  EXPECT_THAT(check_memory(session, left(6'000'000)),
              AllOf(HasSubstr("6.0 MB of memory are left on this machine"),
                    HasSubstr("gradients will take 4.3 MB"), HasSubstr("weights 4.3 MB")));
}

TEST_F(MemoryOfRun, WhatCannotFitIsRefusedBeforeTraining) {
  sslhost::expect_failure(ExitCode::device,
                          AllOf(HasSubstr("method vat"), HasSubstr("gradients of an update"),
                                HasSubstr("2.0 MB of memory are left")),
                          [&] { check_memory(session, left(2'000'000)); });
}

}  // namespace
}  // namespace sslhost::host
