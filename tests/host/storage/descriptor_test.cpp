// SPDX-License-Identifier: Apache-2.0
#include "host/storage/descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

TEST(Descriptor, APipeWithoutAWriterIsNotWaitedFor) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  expect_failure(ExitCode::storage, "a folder, pipe or device", [&] {
    file_size(open_file(folder / "pipe", O_RDONLY, "a model"), folder / "pipe");
  });
}

}  // namespace
}  // namespace sslhost::host
