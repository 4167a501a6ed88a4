// SPDX-License-Identifier: Apache-2.0
#include "host/commands/worker/prediction_request.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "sslhost/error.hpp"

#include "host/inference/path_list.hpp"
#include "host/log/standard_output.hpp"

namespace sslhost::host {

namespace {

TableFormat format_of(const CommandLine& line) {
  if (!line.has("format")) return TableFormat::csv;
  const auto name = line.value("format");
  if (name == "csv") return TableFormat::csv;
  if (name == "tsv") return TableFormat::tsv;
  if (name == "jsonl") return TableFormat::jsonl;
  throw Error(ExitCode::usage,
              {"--format", "csv, tsv or jsonl", "'" + name + "'", "sslhost predict --help"});
}

double unsure_of(const CommandLine& line) {
  if (!line.has("unsure")) return 0;
  return line.number("unsure", 0.0, 1.0, "a probability from 0 to 1",
                     "for example --unsure 0.8; of ten classes 0.5 is a clear opinion");
}

std::vector<std::string> paths_of(const CommandLine& line) {
  std::vector<std::string> paths;
  bool listed = false;
  for (size_t i = 1; i < line.operands.size(); ++i) {
    if (line.operands[i] != "-") {
      paths.push_back(line.operands[i]);
      continue;
    }
    if (listed)
      throw Error(ExitCode::usage, {"sslhost predict", "standard input, '-', once",
                                    "it stands there twice", "leave one out"});
    listed = true;
    const auto list = read_path_list(std::cin, line.has("null"));
    if (list.empty())
      throw Error(ExitCode::data, {"the list on standard input, '-'", "paths, one a line", "none",
                                   "find FOLDER -name '*.jpg' | sslhost predict RUN -"});
    paths.insert(paths.end(), list.begin(), list.end());
  }
  if (line.has("null") && !listed)
    throw Error(ExitCode::usage, {"--null", "a list on standard input", "no '-' behind the model",
                                  "find FOLDER -print0 | sslhost predict RUN - --null"});
  return paths;
}

void set_sorting(const CommandLine& line, PredictionRequest& request) {
  const bool moves = line.has("move"), links = line.has("link");
  if (!moves && !links) return;
  if (moves && links)
    throw Error(ExitCode::usage, {"sslhost predict", "--move DIR or --link DIR", "both",
                                  "a file that was moved needs no link"});
  const std::string flag = moves ? "--move" : "--link";
  if (line.operands.size() < 2)
    throw Error(ExitCode::usage, {flag, "files or folders behind the model", "none",
                                  "sslhost predict RUN PATH... " + flag + " DIR"});
  request.sorting = moves ? Sorting::move : Sorting::link;
  request.folder = line.value(moves ? "move" : "link");
  if (request.folder.empty())
    throw Error(ExitCode::usage, {flag, "a folder", "an empty name", flag + " DIR"});
}

}  // namespace

PredictionRequest prediction_request(const CommandLine& line) {
  const auto& operands = line.operands;
  if (operands.empty() || operands.front() == "-")
    throw Error(ExitCode::usage,
                {"sslhost predict", "one run folder or model.safetensors",
                 operands.empty() ? "0 operands" : "'-', a list of paths, in its place",
                 "sslhost predict RUN [PATH...] [--data PATH] [--dataset ID]"});
  const bool data = std::ranges::any_of(line.options, [](auto& o) { return o.first == "data"; });
  if (data && operands.size() > 1)
    throw Error(ExitCode::usage, {"sslhost predict", "paths behind the model, or --data PATH",
                                  "--data, and '" + operands[1] + "'", "leave one out"});
  PredictionRequest request = {.model = operands.front(),
                               .paths = {},
                               .format = format_of(line),
                               .probabilities = line.has("probabilities"),
                               .unsure = unsure_of(line),
                               .folder = {},
                               .quiet = line.has("quiet")};
  set_sorting(line, request);
  request.paths = paths_of(line);
  return request;
}

void print_now(const std::string& text) {
  std::fputs(text.c_str(), results());
  require_written();
}

}  // namespace sslhost::host
