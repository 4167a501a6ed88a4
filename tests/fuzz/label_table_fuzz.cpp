// SPDX-License-Identifier: Apache-2.0
// labels.csv of a folder of pictures.

#include <tuple>

#include "datasets/images/label_table.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  const auto read = [](std::string text, char separator) {
    std::istringstream in(std::move(text));
    return images::read_label_table(in, "labels.csv", separator);
  };
  const auto quoted = [](const std::string& text) {
    std::string cell = "\"";
    for (const char c : text) cell += c == '"' ? std::string("\"\"") : std::string(1, c);
    return cell + '"';
  };
  const auto words = [](const images::LabelRow& row) {
    return std::tuple(row.path, row.label, row.role);
  };
  constexpr const char* kRoles[] = {"train", "val", "test", "unlabeled"};
  for (const char separator : {'\0', '\t'})
    fuzz::accepted([&] {
      const auto table = read(std::string(fuzz::text_of(data, size)), separator);
      std::string text = "path,label,role\n";
      for (const auto& row : table.rows) {
        fuzz::require(!row.path.starts_with('/') && row.path.find("/../") == std::string::npos &&
                          !row.path.starts_with("../"),
                      "paths below the folder");
        text += quoted(row.path) + "," + quoted(row.label) + "," +
                kRoles[static_cast<size_t>(row.role)] + "\n";
      }
      const auto again = read(text, ',');
      fuzz::require(again.rows.size() == table.rows.size(), "as many rows when read again");
      for (size_t i = 0; i < table.rows.size(); ++i)
        fuzz::require(words(again.rows[i]) == words(table.rows[i]), "rows, written and read again");
    });
  return 0;
}
