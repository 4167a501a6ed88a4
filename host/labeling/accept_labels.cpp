// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/accept_labels.hpp"

#include <algorithm>

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
  AcceptedLabels accepted;
  accepted.has_test = std::ranges::any_of(pictures, &Picture::is_test);
  const auto add = [&](const Picture& picture, const std::string& label, const std::string& by) {
    const std::string role = !accepted.has_test ? "" : picture.is_test ? "test," : ",";
    accepted.table += csv_field(picture.name) + "," + csv_field(label) + "," + role + by + "\n";
  };
  accepted.table =
      accepted.has_test ? "path,label,role,by,probability\n" : "path,label,by,probability\n";
  session.look([&](const Answers& answers) {
    for (size_t i = 0; i < pictures.size(); ++i) {
      const auto& [label, probability] = advice.of[i];
      if (const auto answer = answers.answer(i); answer.kind == Answer::Kind::label) {
        add(pictures[i], answer.label, "person,");
        ++accepted.of_person;
      } else if (pictures[i].is_test) {
        add(pictures[i], "", ",");
      } else if (answer.kind == Answer::Kind::none && label >= 0 && probability >= least) {
        add(pictures[i], answers.classes().name(label), fmt::format("advice,{:.4f}", probability));
        ++accepted.of_advice;
      }
    }
  });
  return accepted;
}

}  // namespace sslhost::host
