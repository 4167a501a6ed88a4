// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/requests.hpp"

#include <charconv>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/labeling/page.hpp"
#include "host/labeling/whole_number.hpp"

namespace sslhost::host {

namespace {

using nlohmann::json;

std::string text_of(const json& value) {
  // The path of the folder may hold bytes that are no UTF-8; names of pictures do not.
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Reply failed(int status, const std::string& words) {
  return {.status = status, .body = text_of({{"error", words}})};
}

json classes_of(const Answers& answers) {
  auto list = json::array();
  for (const auto& one : answers.classes().all())
    list.push_back({{"name", one.name}, {"there", one.is_there}});
  return list;
}

json undo_of(const Answers& answers) {
  return answers.undoable().empty() ? 0 : answers.undoable().back().number;
}

Answer answer_of(const json& request) {
  const auto& value = request.at("answer");
  if (value.is_null()) return {};
  if (value == 0) return {Answer::Kind::unsure};
  return {Answer::Kind::label, value.get<std::string>()};
}

std::vector<size_t> pictures_of(const json& request) {
  if (!request.at("pictures").is_array()) throw std::invalid_argument("no list");
  std::vector<size_t> pictures;
  // A negative one becomes so large that there is none of that number.
  for (const auto& one : request.at("pictures"))
    pictures.push_back(static_cast<size_t>(whole_number(one)));
  return pictures;
}

}  // namespace

Requests::Requests(Session& session, const Help& help, std::vector<size_t> order,
                   Predictions predictions, std::string token, std::string once)
    : session_(session),
      help_(help),
      order_(std::move(order)),
      predictions_(std::move(predictions)),
      token_(std::move(token)),
      once_(std::move(once)) {}

Reply Requests::answer(const std::string& method, const std::string& path, int64_t since,
                       std::string_view body) {
  try {
    if (method == "GET") return get(path, since);
    if (path == "/enter") return enter(body);
    auto reply = post(path, body);
    if (reply.status == 200 && reply.body.empty()) reply.body = changes(since);
    return reply;
  } catch (const json::exception&) {
    return failed(400, "not what the page sends");
  } catch (const std::invalid_argument&) {  // ours
    return failed(400, "not what the page sends");
  } catch (const Error& error) {
    const int status = error.code() == ExitCode::usage ? 400 : 500;
    return failed(status, error.parts().where + ": " + error.parts().found);
  }
}

Reply Requests::get(const std::string& path, int64_t since) {
  if (const auto* const file = page_file(path))
    return {.type = std::string(file->type), .body = std::string(file->content)};
  if (path == "/state") return {.body = state()};
  if (path == "/changes") return {.body = changes(since)};
  if (path == "/advice" && help_.advisor != nullptr) return {.body = advice()};
  if (path == "/training" && help_.training != nullptr) return {.body = training()};
  constexpr std::string_view kPictures = "/picture/";
  if (!path.starts_with(kPictures)) return failed(404, "nothing there");
  size_t number = 0;
  const auto* const end = path.data() + path.size();
  const auto [at, error] = std::from_chars(path.data() + kPictures.size(), end, number);
  const auto& all = session_.pictures().all;
  if (error != std::errc() || at != end || number >= all.size())
    return failed(404, "no picture of that number");
  auto picture = open_picture(all[number].file, session_.pictures().real_folder);
  if (!picture.why_not.empty()) return failed(415, picture.why_not);
  return {.type = picture.type, .picture = std::move(picture)};
}

Reply Requests::post(const std::string& path, std::string_view body) {
  const auto request = json::parse(body);
  if (path == "/answer") {
    session_.answer(pictures_of(request), answer_of(request));
  } else if (path == "/class/add") {
    session_.add_class(request.at("name").get<std::string>());
  } else if (path == "/class/rename") {
    session_.rename_class(request.at("from").get<std::string>(),
                          request.at("to").get<std::string>());
  } else if (path == "/class/remove") {
    session_.remove_class(request.at("name").get<std::string>());
  } else if (path == "/undo") {
    if (!session_.undo(whole_number(request.at("of"))))
      return failed(409, "another window has gone on");
  } else if (help_.training != nullptr && path == "/training/start") {
    help_.training->start();
  } else if (help_.training != nullptr && path == "/training/stop") {
    help_.training->cancel();
  } else if (help_.training != nullptr && path == "/training/report") {
    show_report();
  } else {
    return failed(404, "nothing there");
  }
  return {};
}

void Requests::show_report() const {
  const auto state = help_.training->state();
  if (state.stage != Training::Stage::done)
    throw Error(ExitCode::usage, {"the report", "a training that is done", to_text(state.stage)});
  if (help_.open) help_.open(state.run / "report.html");
}

Reply Requests::enter(std::string_view body) {
  const auto word = json::parse(body).at("once").get<std::string>();
  const std::lock_guard lock(entering_);
  if (!is_same_token(word, once_)) return failed(403, "this address was used already");
  once_.clear();
  return {.body = text_of({{"token", token_}})};
}

std::string Requests::state() const {
  const auto& pictures = session_.pictures();
  json state = {{"folder", pictures.folder.string()},
                {"said", pictures.said},
                {"warnings", pictures.warnings},
                {"readOnly", session_.is_read_only()},
                {"order", order_}};
  for (const auto& picture : pictures.all) state["pictures"].push_back(picture.name);
  for (const auto& [label, probability] : predictions_)
    state["predictions"].push_back({label, probability});
  session_.look([&](const Answers& answers) {
    state["step"] = answers.last_step();
    state["classes"] = classes_of(answers);
    state["undo"] = undo_of(answers);
    auto& confirmed = state["confirmed"] = json::array();
    for (size_t i = 0; i < answers.all().size(); ++i) {
      state["answers"].push_back(answers.all()[i].answer);
      if (answers.all()[i].confirmed) confirmed.push_back(i);
    }
  });
  return text_of(state);
}

std::string Requests::changes(int64_t since) const {
  json changes = {{"trouble", session_.table_trouble()}};
  if (help_.advisor != nullptr) changes["advice"] = help_.advisor->latest().version;
  if (help_.training != nullptr) changes["training"] = help_.training->state().version;
  session_.look([&](const Answers& answers) {
    changes["step"] = answers.last_step();
    changes["undo"] = undo_of(answers);
    if (answers.last_step() <= since) return;
    changes["classes"] = classes_of(answers);
    auto& set = changes["answers"] = json::array();
    for (size_t i = 0; i < answers.all().size(); ++i) {
      const auto& of = answers.all()[i];
      if (of.step > since) set.push_back({i, of.answer, of.confirmed});
    }
  });
  return text_of(changes);
}

std::string Requests::advice() const {
  const auto [version, advice] = help_.advisor->latest();
  json all = {{"version", version},
              {"trouble", advice->trouble},
              {"by", advice->by},
              {"expected", advice->expected},
              {"contradictions", advice->contradictions}};
  auto& of = all["of"] = json::array();
  for (const auto& [label, probability] : advice->of) of.push_back({label, probability});
  if (const auto& a = advice->agreement)
    all["agreement"] = {{"judged", a->judged},
                        {"wrong", a->wrong},
                        {"low", a->low},
                        {"high", a->high},
                        {"byHalf", a->by_half}};
  return text_of(all);
}

std::string Requests::training() const {
  const auto state = help_.training->state();
  json all = {{"version", state.version},
              {"stage", to_text(state.stage)},
              {"words", state.words},
              {"run", state.run.string()},
              {"canOpen", help_.open != nullptr}};
  if (state.predictions) {
    all["order"] = usual_order(session_.pictures(), *state.predictions);
    for (const auto& [label, probability] : *state.predictions)
      all["predictions"].push_back({label, probability});
  }
  return text_of(all);
}

}  // namespace sslhost::host
