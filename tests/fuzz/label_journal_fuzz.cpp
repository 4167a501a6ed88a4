// SPDX-License-Identifier: Apache-2.0
// The journal of `sslhost label`: lines without their sums, and what they do to the answers.

#include "host/labeling/answers.hpp"
#include "host/labeling/journal_line.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace sslhost;

host::Answers labeled() { return {{"a", "b", "c/1.jpg"}, {"cat", "dog"}, {"dog", "", "cat"}}; }

void require_classes(const host::Answers& answers) {
  for (size_t i = 0; i < answers.names().size(); ++i) {
    const auto answer = answers.answer(i);
    if (answer.kind == host::Answer::Kind::label)
      fuzz::require(answers.classes().has(answer.label), "classes of answers are there");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto text = fuzz::text_of(data, size);
  auto answers = labeled();
  std::vector<host::Step> steps;
  fuzz::accepted([&] {
    for (size_t at = 0, end = 0; at < text.size(); at = end + 1) {
      end = std::min(text.find('\n', at), text.size());
      const auto step = host::step_of_text(text.substr(at, end - at));
      if (!step) continue;
      fuzz::require(host::step_of(host::line_of(*step)) == step, "what was written is read");
      steps.push_back(*step);
      answers.apply(*step);
    }
  });
  require_classes(answers);
  for (const bool has_table : {false, true}) {
    auto replayed = labeled();
    fuzz::accepted([&] { replayed.replay(steps, has_table); });
    require_classes(replayed);
  }
  return 0;
}
