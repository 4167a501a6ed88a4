// SPDX-License-Identifier: Apache-2.0
#include "host/data/file_reader.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "sslhost/error.hpp"

#include "host/data/check_dataset.hpp"
#include "host/data/tensor_form.hpp"
#include "host/loading/guard.hpp"
#include "host/storage/utf8.hpp"

namespace sslhost::host {

FileReader::FileReader(const LoadedPlugin& plugin, const std::string& knowledge,
                       const DatasetReader::Progress& progress)
    : id_(plugin.record.id), reader_(make_reader(plugin, progress)) {
  reader_->remember(knowledge);
}

bool FileReader::reads_files() const {
  return guarded(id_, "reads_files", -1, [&] { return reader_->reads_files(); });
}

std::vector<std::string> FileReader::files_below(const std::string& folder) const {
  return guarded(id_, "files_below", -1, [&] { return reader_->files_below(folder); });
}

FileSamples FileReader::read(const std::vector<std::string>& files, IntArrayRef shape) const {
  auto samples = guarded(id_, "load_files", -1, [&] { return reader_->load_files(files, shape); });
  check(samples, files.size(), shape);
  return samples;
}

void FileReader::wrong(const std::string& field, const std::string& expected,
                       const std::string& found) const {
  throw Error(ExitCode::plugin,
              {"dataset " + id_ + ", load_files(), " + field, expected, found,
               "mend the reader, or tell the author of a plugin that is not yours"});
}

void FileReader::check(const FileSamples& samples, size_t files, IntArrayRef shape) const {
  const auto& reasons = samples.reasons;
  if (reasons.size() != files)
    wrong("reasons", std::to_string(files) + ", one for each file", std::to_string(reasons.size()));
  if (!std::ranges::all_of(reasons, is_utf8)) wrong("reasons", "text in UTF-8", "other bytes");
  if (!std::isfinite(samples.scale) || samples.scale == 0)
    wrong("scale", "a finite number other than 0", std::to_string(samples.scale));
  const auto read = std::ranges::count(reasons, std::string());
  const auto& data = samples.data;
  if (read == 0 && (!data.defined() || data.numel() == 0)) return;
  std::ostringstream expected;
  expected << "[" << read << ", " << shape[0] << ", " << shape[1] << ", " << shape[2] << "]";
  if (!data.defined()) wrong("data", expected.str(), "none");
  if (const auto form = wrong_form(data, {at::kByte, at::kFloat},
                                   {read, shape[0], shape[1], shape[2]}, expected.str()))
    wrong("data", form->expected, form->found);
  const auto bad =
      data.scalar_type() == at::kFloat ? first_not_finite(data) : std::optional<NotFinite>();
  if (bad)
    wrong("data", "finite numbers",
          bad->what + " in sample " + std::to_string(bad->sample) + " of those that were read, " +
              bad->place);
}

}  // namespace sslhost::host
