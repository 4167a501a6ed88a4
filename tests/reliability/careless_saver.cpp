// SPDX-License-Identifier: Apache-2.0
// careless_saver in-place|no-sync|no-folder-sync|silent FOLDER: saves the numbers 1 to 3 in
// FOLDER/number as a careless program would. The first writes over the file, the second renames
// what was never made durable, the third forgets the folder, and the last never looks whether a
// call failed.
#include <cstdio>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace {

bool save(const std::string& how, const std::string& folder, int number) {
  const auto target = folder + "/number";
  const auto path = how == "in-place" ? target : folder + "/.number.tmp";
  const std::string text = "number " + std::to_string(number) + "\n";
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  bool good = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (how != "no-sync") good = fsync(file) == 0 && good;
  good = close(file) == 0 && good;
  if (how != "in-place") good = std::rename(path.c_str(), target.c_str()) == 0 && good;
  if (how == "no-folder-sync") return good;
  const int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY);
  good = fsync(opened) == 0 && good;
  close(opened);
  return good || how == "silent";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  for (int number = 1; number <= 3; ++number)
    if (!save(argv[1], argv[2], number)) {
      std::fprintf(stderr, "error: cannot save in %s\n", argv[2]);
      return 4;
    }
  return 0;
}
