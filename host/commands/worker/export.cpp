// SPDX-License-Identifier: Apache-2.0
// sslhost export RUN: a trained model as files for other programs.

#include <cstdio>

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/worker/request.hpp"
#include "host/export/model_card.hpp"
#include "host/export/model_notes.hpp"
#include "host/export/python_module.hpp"
#include "host/export/traced_model.hpp"
#include "host/export/write_onnx.hpp"
#include "host/log/standard_output.hpp"
#include "host/storage/atomic_file.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;

enum class Format { onnx, python };

Format format_of(const CommandLine& line) {
  const auto format = line.value("format");
  if (format == "onnx") return Format::onnx;
  if (format == "python") return Format::python;
  throw Error(ExitCode::usage,
              {"--format", "onnx or python", format.empty() ? "nothing" : "'" + format + "'",
               "sslhost export RUN --format onnx"});
}

/// Beside the model, where the user names none.
fs::path target(const CommandLine& line, fs::path model, Format format) {
  if (line.has("out")) return line.value("out");
  if (format == Format::onnx) return model.replace_extension(".onnx");
  return model.replace_extension().concat("-python");
}

/// Nothing of a user is written over. Asked before anything is computed.
void require_free(const fs::path& path, Format format, bool force) {
  std::error_code ignored;
  const bool folder = fs::is_directory(path, ignored),
             taken = folder ? !fs::is_empty(path, ignored)
                            : fs::exists(fs::symlink_status(path, ignored));
  if (format == Format::onnx && folder)
    throw Error(ExitCode::usage, {path.string(), "a file to write", "a folder",
                                  "name the file: --out " + (path / "model.onnx").string()});
  if (format == Format::python && taken && !folder)
    throw Error(ExitCode::usage,
                {path.string(), "a folder to write to", "a file", "name another one with --out"});
  if (taken && !force)
    throw Error(ExitCode::usage,
                {path.string(), folder ? "a new or an empty folder" : "no file of that name",
                 folder ? "files in it" : "one",
                 "replace what is there with --force, or name another place with --out"});
}

std::string shape_text(const Value& value) {
  std::string text;
  for (const auto& extent : value.shape)
    text += (text.empty() ? "[" : ", ") +
            (extent.of_batch ? std::string("batch") : std::to_string(extent.number));
  return text + "]";
}

std::string who(const LoadedModel& loaded) { return "export of " + loaded.file.string(); }

void write_onnx(const LoadedModel& loaded, const Operations& operations, const fs::path& path) {
  const auto file = onnx_model(operations, loaded.model.temperature.value_or(1),
                               model_notes(loaded), SSLHOST_VERSION, who(loaded));
  write_atomic(path, std::string_view(file));
}

/// model.py comes last: where it is, the rest is whole.
void write_python(const LoadedModel& loaded, const Operations& operations, const fs::path& folder) {
  const auto module =
      python_module(operations, loaded.model.classes, loaded.model.temperature.value_or(1),
                    SSLHOST_VERSION, who(loaded));
  const auto run = loaded.file.parent_path() / "run.json";
  std::error_code error;
  const auto record = loaded.file.filename() == "model.safetensors" && fs::exists(run, error)
                          ? std::optional(read_run_record(run))
                          : std::nullopt;
  fs::create_directories(folder, error);
  if (error)
    throw Error(ExitCode::storage, {folder.string(), "a folder to write to", error.message(),
                                    "name another one with --out"});
  fs::remove(folder / "model.py", error);
  write_safetensors(folder / "model.safetensors", module.tensors, {{"format", "pt"}});
  write_atomic(folder / "README.md",
               std::string_view(model_card(model_notes(loaded), loaded.model.classes, record)));
  write_atomic(folder / "model.py", std::string_view(module.text));
}

}  // namespace

int export_command(const CommandLine& line) {
  if (line.operands.size() != 1)
    throw Error(ExitCode::usage, {"sslhost export", "one run or model",
                                  std::to_string(line.operands.size()) + " words",
                                  "sslhost export RUN --format onnx"});
  const auto format = format_of(line);
  require_run_or_model(line.operands.front(), "sslhost export RUN --format onnx");
  const auto path = target(line, find_model_file(line.operands.front()), format);
  require_free(path, format, line.has("force"));
  const auto loaded = load_model(line.operands.front(), "cpu", request_of(line));
  const auto operations = traced_model(loaded);
  format == Format::onnx ? write_onnx(loaded, operations, path)
                         : write_python(loaded, operations, path);
  const auto& input = operations.at(operations.input);
  std::fprintf(results(), "%s: input %s %s, logits and probabilities %s\n", path.c_str(),
               input.type == ElementType::uint8 ? "uint8" : "float32", shape_text(input).c_str(),
               shape_text(operations.at(operations.logits)).c_str());
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
