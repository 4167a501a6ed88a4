// SPDX-License-Identifier: Apache-2.0
// The journal of `sslhost label`: lines without their sums, and what they do to the answers.

#include "host/labeling/answers.hpp"
#include "host/labeling/journal_line.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  const auto text = fuzz::text_of(data, size);
  host::Answers answers({"a", "b", "c/1.jpg"}, {"cat"}, {"cat", "", ""});
  fuzz::accepted([&] {
    for (size_t at = 0, end = 0; at < text.size(); at = end + 1) {
      end = std::min(text.find('\n', at), text.size());
      const auto step = host::step_of_text(text.substr(at, end - at));
      if (!step) continue;
      fuzz::require(host::step_of(host::line_of(*step)) == step, "what was written is read");
      answers.apply(*step);
    }
  });
  for (size_t i = 0; i < answers.names().size(); ++i) {
    const auto answer = answers.answer(i);
    if (answer.kind == host::Answer::Kind::label)
      fuzz::require(answers.classes().has(answer.label), "classes of answers are there");
  }
  return 0;
}
