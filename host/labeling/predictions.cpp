// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/predictions.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <numeric>
#include <optional>
#include <string_view>
#include <system_error>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "datasets/delimited/records.hpp"
#include "datasets/delimited/text.hpp"
#include "host/labeling/picture_names.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;

std::ifstream opened(const fs::path& file, const std::string& flag, const std::string& what) {
  std::error_code ignored;
  std::ifstream in;
  if (fs::is_regular_file(file, ignored)) in.open(file, std::ios::binary);
  if (!in.is_open())
    throw Error(ExitCode::data, {flag + " " + file.string(), what,
                                 "no file of that name that can be read", "check the path"});
  return in;
}

struct PredictionColumns {
  size_t path = 0, label = 0, probability = 0;
};

PredictionColumns columns_of(const delimited::RecordReader& records,
                             const delimited::Cells& header) {
  const auto column = [&](std::string_view name) {
    const auto found = std::ranges::find(header, name);
    if (found == header.end())
      throw Error(ExitCode::data, {records.place(), "the columns path, class and probability",
                                   "no column " + std::string(name),
                                   "sslhost predict RUN FOLDER > predictions.csv writes them"});
    return static_cast<size_t>(found - header.begin());
  };
  return {column("path"), column("class"), column("probability")};
}

std::optional<double> probability_of(std::string_view cell) {
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  const bool good = error == std::errc() && end == cell.data() + cell.size();
  return good && value >= 0 && value <= 1 ? std::optional(value) : std::nullopt;
}

std::optional<size_t> number_of(std::string_view text, size_t pictures) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool good = error == std::errc() && end == text.data() + text.size() && number < pictures;
  return good ? std::optional(number) : std::nullopt;
}

/// A name with a line end, as `sslhost suggest` writes it.
std::optional<size_t> find_quoted(const PictureNames& names, const std::string& line) {
  if (!line.starts_with('"')) return std::nullopt;
  const auto name = nlohmann::json::parse(line, nullptr, false);
  return name.is_string() ? names.find(name.get<std::string>()) : std::nullopt;
}

}  // namespace

Predictions read_predictions(const fs::path& file, const Pictures& pictures) {
  auto in = opened(file, "--predictions", "a table of predictions");
  return read_predictions(in, file.string(), pictures);
}

Predictions read_predictions(std::istream& in, const std::string& name, const Pictures& pictures) {
  delimited::RecordReader records(in, name);
  delimited::Cells cells;
  if (!records.next(cells))
    throw Error(ExitCode::data, {name, "a table of predictions", "an empty file"});
  const auto columns = columns_of(records, cells);
  const size_t least = std::max({columns.path, columns.label, columns.probability}) + 1;
  const PictureNames names(pictures);
  Predictions predictions(pictures.all.size());
  bool any = false;
  while (records.next(cells)) {
    if (cells.size() < least)
      throw Error(ExitCode::data, {records.place(), "as many cells as the header has",
                                   std::to_string(cells.size())});
    const auto picture = names.find(std::string(cells[columns.path]));
    const auto probability = probability_of(cells[columns.probability]);
    // Of files that it could not read, predict leaves class and probability empty.
    if (!picture || !probability) continue;
    any = true;
    predictions[*picture] = {std::string(cells[columns.label]), *probability};
  }
  if (!any)
    throw Error(ExitCode::data,
                {name, "predictions of pictures in " + pictures.folder.string(), "none of them",
                 "sslhost predict RUN FOLDER > predictions.csv writes them"});
  return predictions;
}

std::vector<size_t> read_order(const fs::path& file, const Pictures& pictures) {
  auto in = opened(file, "--order", "a list of pictures, one a line");
  const PictureNames names(pictures);
  std::vector<size_t> order;
  std::vector<bool> has(pictures.all.size());
  int64_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (delimited::trimmed(line).empty()) continue;
    auto picture = names.find(line);
    if (!picture) picture = find_quoted(names, line);
    if (!picture) picture = number_of(delimited::trimmed(line), pictures.all.size());
    const auto place = file.string() + ", line " + std::to_string(number);
    if (!picture)
      throw Error(ExitCode::data,
                  {place, "the name or number of a picture", delimited::in_quotes(line),
                   "names are paths below " + pictures.folder.string()});
    if (has[*picture])
      throw Error(ExitCode::data,
                  {place, "each picture once", delimited::in_quotes(line) + " again"});
    has[*picture] = true;
    order.push_back(*picture);
  }
  for (size_t i = 0; i < has.size(); ++i)
    if (!has[i]) order.push_back(i);
  return order;
}

std::vector<size_t> usual_order(const Pictures& pictures, const Predictions& predictions) {
  std::vector<size_t> order(pictures.all.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (predictions.empty()) return order;
  std::ranges::stable_sort(order, {}, [&](size_t i) {
    return predictions[i].label.empty() && predictions[i].probability == 0
               ? 2.0
               : predictions[i].probability;
  });
  return order;
}

}  // namespace sslhost::host
