// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/output.hpp"
#include "host/storage/atomic_file.hpp"

namespace sslhost::host {

void write_comparison(const ComparisonResult& result) {
  const auto write = [&](const char* name, const std::string& text) {
    write_atomic(result.plan.folder / name, std::string_view(text));
  };
  write("compare.html", comparison_page(result));
  write("compare.csv", comparison_csv(result));
  write("compare.tex", comparison_latex(result));
  write("compare.json", comparison_json(result, 1));
}

}  // namespace sslhost::host
