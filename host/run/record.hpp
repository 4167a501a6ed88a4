// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is known about a run: versions, device, data, options with their origin, results. It is the
// file run.json of its folder. Whoever wants to know something of a finished run asks here; nobody
// else names a key of that file (docs/reference/run-folder.md lists them).

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sslhost/options.hpp"

#include "host/data/data_content.hpp"
#include "host/evaluate/classification.hpp"
#include "host/run/calibration.hpp"
#include "host/run/used_plugin.hpp"

namespace sslhost::host {

struct RunRecord {
  enum class Status {
    running,  ///< also of a run that was stopped or killed
    finished,
  };
  struct Versions {
    std::string sslhost, method, dataset, libtorch, compiler;
  };
  struct Device {
    std::string name;      ///< "cpu", "cuda:0"
    std::string hardware;  ///< its model, with the number of threads
    std::vector<std::pair<std::string, std::string>> kernels;  ///< kind of layer, what it takes
  };
  struct Data {
    std::vector<std::string> classes;  ///< names, in label order
    std::vector<std::int64_t> shape;   ///< of a sample: channels, height, width
    double data_rms = 0;               ///< rms distance of a sample from the mean sample
    std::vector<double> mean, std;     ///< of each channel, where samples were standardized
    std::int64_t labeled = 0, unlabeled = 0, validation = 0, test = 0;  ///< samples
    std::string split_hash;
    DataContent content;
    std::string encoder, encoder_checksum;  ///< network and SHA-256 of its weights; or empty
    std::string origin, licence;            ///< as the dataset states them
    std::map<std::string, std::string> damaged = {};  ///< files that cannot be read, and why
  };
  /// Weights that training began with.
  struct Init {
    std::string source, network, checksum;           ///< as it was named; SHA-256 of the file
    std::int64_t loaded = 0;                         ///< tensors taken over
    std::vector<std::string> not_in_file, left_out;  ///< tensors, of the head
    std::int64_t head_labels = 0;  ///< samples that a new head was fitted to; 0: none was
  };
  struct Option {
    std::string name;
    OptionValue value;
    std::string origin;  ///< a flag, a variable, a file and line, or "default"
  };
  /// Those of the test part are of the weights that the run ended with.
  struct Results {
    std::int64_t iterations = 0;
    std::int64_t weights_of_iteration = 0;  ///< less than `iterations` when the best were kept
    double test_error = 0;                  ///< fraction
    std::int64_t test_errors = 0, test_samples = 0;
    double test_loss = 0;  ///< mean cross entropy, nats
    double macro_f1 = 0, weighted_f1 = 0;
    double seconds = 0;  ///< of training; evaluation and set-up are apart
    double evaluation_seconds = 0, set_up_seconds = 0;
    /// Of all batches together; of the process, in bytes (that of a resumed run: since then). 0:
    /// not known, as in records of earlier versions.
    std::int64_t samples_drawn = 0, peak_memory = 0;
    std::vector<ClassScores> per_class;      ///< in label order
    std::vector<std::int64_t> confusion;     ///< [K·K], row = true class, column = predicted
    std::optional<Calibration> calibration;  ///< none in records of earlier versions
  };

  Status status = Status::running;
  std::string method, dataset;
  UsedPlugin method_plugin, dataset_plugin;
  Versions versions;
  Device device;
  Data data;
  std::optional<Init> init = {};
  std::vector<Option> options;     ///< of host, method and dataset, as they were described
  std::optional<Results> results;  ///< of a finished run

  /// Nothing where the run had no option of that name.
  const OptionValue* option(std::string_view name) const;
};

/// The bytes of run.json.
std::string to_json(const RunRecord& record);
/// Throws Error (storage).
void write_run_record(const std::filesystem::path& file, const RunRecord& record);
/// Of this version or of 0.1; keys that are not known are ignored. Throws Error (storage) naming
/// file and field for a file that is damaged or no record.
RunRecord read_run_record(const std::filesystem::path& file);

}  // namespace sslhost::host
