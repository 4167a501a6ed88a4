// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/accept_labels.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sslhost/error.hpp"

#include "host/log/shell_word.hpp"
#include "host/run/csv.hpp"

namespace sslhost::host {

AcceptedLabels accept_labels(const Session& session, const Advice& advice, double least,
                             const std::vector<bool>& held_out) {
  const auto& pictures = session.pictures().all;
  const auto where = "label " + session.pictures().folder.string();
  if (!advice.trouble.empty())
    throw Error(ExitCode::data,
                {where, "guesses from how pictures resemble those with an answer", advice.trouble,
                 "sslhost --data " + shell_word(session.pictures().folder.string())});
  const auto count = std::ranges::count(held_out, true);
  const std::string beside =
      count == 0 ? "" : ", beside the " + std::to_string(count) + " that are held out";
  if (!advice.agreement)
    throw Error(
        ExitCode::data,
        {where, std::to_string(kLeastJudged) + " answers, two of a class at least" + beside,
         "fewer, which do not tell how sure a guess is",
         count == 0 ? "label some more" : "label some more, or hold out fewer (--holdout)"});
  AcceptedLabels accepted = {.held_out = count};
  const auto add = [&](size_t i, const std::string& label, const std::string& by) {
    const std::string role = accepted.held_out == 0 ? "" : held_out[i] ? "test," : ",";
    accepted.table += csv_field(pictures[i].name) + "," + csv_field(label) + "," + role + by + "\n";
  };
  accepted.table =
      accepted.held_out > 0 ? "path,label,role,by,probability\n" : "path,label,by,probability\n";
  session.look([&](const Answers& answers) {
    for (size_t i = 0; i < pictures.size(); ++i) {
      const auto& [label, probability] = advice.of[i];
      if (const auto answer = answers.answer(i); answer.kind == Answer::Kind::label) {
        add(i, answer.label, "person,");
        ++accepted.of_person;
      } else if (held_out[i]) {
        add(i, "", ",");
      } else if (answer.kind == Answer::Kind::none && label >= 0 && probability >= least) {
        add(i, answers.classes().name(label), fmt::format("advice,{:.4f}", probability));
        ++accepted.of_advice;
      }
    }
  });
  return accepted;
}

}  // namespace sslhost::host
