// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/accept_labels.hpp"

#include <fmt/format.h>

#include "sslhost/error.hpp"

#include "host/log/shell_word.hpp"
#include "host/run/csv.hpp"

namespace sslhost::host {

AcceptedLabels accept_labels(const Session& session, const Advice& advice, double least) {
  const auto& pictures = session.pictures().all;
  const auto where = "label " + session.pictures().folder.string();
  if (!advice.trouble.empty())
    throw Error(ExitCode::data,
                {where, "guesses from how pictures resemble those with an answer", advice.trouble,
                 "sslhost --data " + shell_word(session.pictures().folder.string())});
  if (!advice.agreement)
    throw Error(ExitCode::data,
                {where, std::to_string(kLeastJudged) + " answers, two of a class at least",
                 "fewer, which do not tell how sure a guess is", "label some more"});
  AcceptedLabels accepted = {.table = "path,label,by,probability\n"};
  session.look([&](const Answers& answers) {
    for (size_t i = 0; i < pictures.size(); ++i) {
      const auto& name = csv_field(pictures[i].name);
      const auto& [label, probability] = advice.of[i];
      if (const auto answer = answers.answer(i); answer.kind == Answer::Kind::label) {
        accepted.table += name + "," + csv_field(answer.label) + ",person,\n";
        ++accepted.of_person;
      } else if (answer.kind == Answer::Kind::none && label >= 0 && probability >= least &&
                 !pictures[i].is_test) {
        accepted.table += fmt::format("{},{},advice,{:.4f}\n", name,
                                      csv_field(answers.classes().name(label)), probability);
        ++accepted.of_advice;
      }
    }
  });
  return accepted;
}

}  // namespace sslhost::host
