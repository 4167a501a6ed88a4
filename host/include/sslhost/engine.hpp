// SPDX-License-Identifier: Apache-2.0
#pragma once

// sslhost as a library: train, resume, load, predict. Options are those of the command line, as
// text or as they are in a recipe; errors are sslhost::Error with the exit code that the program
// would end with.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/error.hpp"
#include "sslhost/export.hpp"
#include "sslhost/types.hpp"

namespace sslhost {

/// What a run has to say while it goes on. Called between iterations, on the calling thread.
class SSLHOST_API Observer {
 public:
  /// One line of the metrics, as they are written.
  struct Progress {
    std::string phase;                      ///< its name
    int64_t iteration = 0, iterations = 0;  ///< done and planned, over all phases
    double seconds = 0;                     ///< of training
    double rate = 0;                        ///< iterations a second since the last call
    std::vector<std::pair<std::string, double>> values;  ///< what was logged: name and mean
  };
  virtual ~Observer() = default;
  /// Samples read and all of them, while data are read that take a while.
  virtual void reading(int64_t /*done*/, int64_t /*all*/) {}
  /// Pictures whose features a pretrained network has computed, and all of them.
  virtual void encoding(int64_t /*done*/, int64_t /*all*/) {}
  /// The run folder is made, and training begins.
  virtual void started(const std::filesystem::path& /*run*/) {}
  virtual void progress(const Progress&) {}  ///< with each line of the metrics
  /// What was found in the data.
  virtual void note(const std::string&) {}
  virtual void warning(const std::string&) {}  ///< what the user may have to mend
};

/// What came of a run; run.json has it too, and more.
struct RunResult {
  std::filesystem::path run;    ///< the folder
  std::string method, dataset;  ///< by name
  int64_t labels = 0;           ///< labeled samples trained on
  int64_t seed = 0;             ///< --seed
  int64_t iterations = 0;       ///< done, over all phases
  double test_error = 0;        ///< fraction of the test part, [0, 1]
  int64_t test_samples = 0;     ///< in the test part
  double macro_f1 = 0;          ///< mean over the classes of F1 on the test part, [0, 1]
  /// Of the probabilities, fitted on the validation part; none where there is no such part.
  std::optional<double> temperature;
  /// Of the test part; with the temperature and without.
  double ece = 0, ece_before = 0;  ///< expected calibration error, [0, 1]; before: at temperature 1
  double seconds = 0;  ///< training wall time, device synchronised; evaluation and set-up are apart
  double evaluation_seconds = 0, set_up_seconds = 0;  ///< wall time
  std::string next;                                   ///< a command to try now
};

/// Options of a run, as on the command line: {{"plugin", "vat"}, {"labels", "100"}}.
struct TrainRequest {
  std::vector<std::pair<std::string, std::string>> options;  ///< name and value
  std::string recipe;                                 ///< "vat/digits", or a file ending in .toml
  std::vector<std::filesystem::path> plugin_folders;  ///< as --plugin-dir names them
  std::vector<std::filesystem::path> plugin_files;    ///< single plugins
  /// Of `options`, as a command line has them: names without a value, "true" where they are
  /// switches and a mistake where not; and names whose last value came by --set.
  std::vector<std::string> alone, by_set;  ///< names: without a value; last given by --set
  bool data_changed = false;    ///< resume(): go on where the data are not those that it began with
  bool plugin_changed = false;  ///< the same of the libraries of its method and dataset
};

/// Trains in a new run folder, one run at a time in a process. Throws Error (stopped) after
/// request_stop(), with a checkpoint written. Where torchrun or srun started several processes,
/// they train one model together: rank 0 writes, and the others' result is empty.
SSLHOST_API RunResult train(const TrainRequest& request, Observer& observer);
/// Continues a stopped, killed or crashed run, bit for bit as if it had never stopped. Of `where`
/// the plugin folders and files count, and data_changed and plugin_changed, without which other
/// data and other plugins are refused (Error, storage); options or a recipe are refused (Error,
/// usage).
SSLHOST_API RunResult resume(const std::filesystem::path& run, const TrainRequest& where,
                             Observer& observer);
/// Asks the running train() or resume() to write a checkpoint and end; safe in a signal handler.
SSLHOST_API void request_stop() noexcept;

/// An option as a run would have it.
struct ResolvedOption {
  std::string name;    ///< snake_case
  std::string value;   ///< as text
  std::string origin;  ///< "--seed", "SSLHOST_SEED", "recipe vat/digits, line 4", "default"
  std::string former;  ///< its earlier name, where the request, a variable or a file used it
};

/// All options that a request resolves to: the host's, the method's, the dataset's. Nothing is
/// trained, and no data are read. Throws Error for what train() would refuse of them.
SSLHOST_API std::vector<ResolvedOption> resolve_options(const TrainRequest& request);

/// What a model makes of one file.
struct FilePrediction {
  std::string reason;                     ///< why it could not be read; empty: it was
  int64_t label = -1;                     ///< the most probable class, in the order of classes()
  float probability = 0;                  ///< of that class
  std::vector<float> probabilities = {};  ///< of all K classes
};

/// A trained model, ready to predict. Its functions may be called from several threads; one of them
/// works at a time, on all cores.
class SSLHOST_API Classifier {
 public:
  /// A run folder, or the file model.safetensors alone: nothing else of the run is read. The
  /// method's plugin is needed where its own code predicts, and looked for in the plugin folders
  /// and files of `where`. Throws Error: storage for a missing or damaged file, plugin where that
  /// is not there.
  static Classifier load(const std::filesystem::path& run_or_model,
                         const std::string& device = "auto", const TrainRequest& where = {});
  Classifier(Classifier&&) noexcept;  ///< what was moved from can only be destroyed
  ~Classifier();

  /// [N,C,H,W] in the dataset's own units (uint8 pixels or float32 features) -> class probabilities
  /// [N,K], at the temperature of the model, on the CPU. Throws Error: data for another shape or
  /// type, diverged where a prediction is NaN.
  Tensor predict(const Tensor& images) const;
  /// Photos, or other samples that are files by themselves, brought into the model's form as those
  /// that it was trained on were. One answer a file, in their order; what is wrong with a file is
  /// its `reason`. Throws Error: plugin where the dataset's plugin is not there, usage where its
  /// samples are no files.
  std::vector<FilePrediction> predict_files(const std::vector<std::filesystem::path>& files) const;
  /// The same for files in memory, such as a JPEG as it came over a network.
  std::vector<FilePrediction> predict_bytes(
      const std::vector<std::span<const std::byte>>& files) const;
  const std::vector<std::string>& classes() const;  ///< K names, in label order
  /// [C,H,W] of an image.
  std::vector<int64_t> shape() const;
  /// What that dataset plugin noted in training to read further samples the same way
  /// (Dataset::knowledge). Empty where there is nothing, or another one read the training data.
  std::string knowledge_of(const std::string& dataset) const;

 private:
  struct State;
  explicit Classifier(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sslhost
