// SPDX-License-Identifier: Apache-2.0
// What a file would have Python do is refused by name; nothing of it is done.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/weights/files.hpp"
#include "tests/host/weights/pickles.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

void refused(const std::string& object, const std::string& found) {
  expect_failure(ExitCode::storage, HasSubstr(found), [&] { read_text_of(old_file(object)); });
}

TEST(RefusedPickle, FilesThatPythonWouldRunSomethingFor) {
  // Named posix.system, since that is what os.system is on Linux.
  for (const char* name : {"runs-zip-2.pth", "runs-zip-4.pth", "runs-old-2.pth", "runs-old-4.pth"})
    expect_failure(ExitCode::storage, "this file would run `posix.system` when Python loads it",
                   [&] { read_state_dict(data_file(name)); });
  expect_failure(ExitCode::storage, "would run `torch.nn.modules.linear.Linear`",
                 [&] { read_state_dict(data_file("whole-module.pth")); });
}

TEST(RefusedPickle, SaysHowPythonConvertsAFileThatIsTrusted) {
  const sslhost::testing::TemporaryFolder folder;
  const auto file = folder.copy(data_file("runs-zip-2.pth"), "it's.pth");
  const auto next = failure_of([&] { read_state_dict(file); }).parts().next;
  EXPECT_THAT(next, AllOf(HasSubstr("only if you trust"), HasSubstr("python3 -c \"import"),
                          HasSubstr("/it'\\''s.pth' "), HasSubstr("/it'\\''s.pth.safetensors'")));
}

TEST(RefusedPickle, ImportsUnderAnyOpcode) {
  const std::string arguments = "(" + pickled("true") + "t";
  refused(global("os", "system") + arguments + "R", "would run `os.system`");
  refused(pickled("os") + pickled("system") + "\x93" + arguments + "R", "would run `os.system`");
  refused("(" + pickled("true") + "ios\nsystem\n", "would run `os.system`");
  refused(global("__builtin__", "eval"), "would run `__builtin__.eval`");
  refused(global("builtins", "getattr"), "would run `builtins.getattr`");
  refused(global("torch", "load"), "would run `torch.load`");
  refused(global("torch.storage", "_load_from_bytes"), "`torch.storage._load_from_bytes`");
  refused(global("collections", "OrderedDict.__init__"), "OrderedDict.__init__");
  refused(global("", "os.system"), "would run `.os.system`");
}

TEST(RefusedPickle, ANameFromTheFileCannotSteerTheTerminal) {
  refused(global("os\x1b[2J", std::string(1000, 'x')), "`os?[2J." + std::string(80, 'x') + "...`");
}

TEST(RefusedPickle, Extensions) {
  refused("\x82\x07", "would run `extension 7`");
  refused(std::string("\x83\x07\x01", 3), "would run `extension 263`");
  refused(std::string("\x84\x07\0\0\1", 5), "would run `extension 16777223`");
}

TEST(RefusedPickle, ObjectsOfClasses) {
  const auto dict = global("collections", "OrderedDict");
  refused(dict + ")\x81", "an object of a class");
  refused(dict + ")}\x92", "an object of a class");
  refused("(" + dict + "o", "an object of a class");
}

TEST(RefusedPickle, AllowedNamesWithOtherArguments) {
  const auto called = [](const std::string& module, const std::string& name,
                         const std::string& arguments) {
    refused(global(module, name) + arguments + "R",
            "`" + module + "." + name + "` as torch.save() calls it, found other arguments");
  };
  const std::string text = pickled("true");
  called("torch._utils", "_rebuild_tensor_v2", "(" + text + "t");
  called("torch._utils", "_rebuild_tensor_v2", "(" + text + "NNNNNt");
  called("torch._utils", "_rebuild_tensor_v2", "(" + storage("0", 1) + pickled(-1) + "))\x89Nt");
  called("torch._utils", "_rebuild_tensor_v2",
         "(" + storage("0", 1) + pickled(0) + pickled({1}) + ")\x89Nt");
  called("torch._utils", "_rebuild_tensor_v2",
         "(" + storage("0", 1) + pickled(0) + "))\x89N}" + pickled("neg") + "\x88st");
  called("torch._utils", "_rebuild_parameter", "(" + text + "\x89Nt");
  called("torch._utils", "_rebuild_parameter", ")");
  called("collections", "OrderedDict", "(" + text + "t");
  called("collections", "OrderedDict", "(](" + text + "tat");
  called("torch", "Size", "(" + text + "t");
  called("torch", "device", ")");
  called("torch", "FloatStorage", ")");
  called("torch", "float32", "(" + text + "t");
  refused(global("torch", "Size") + "NR", "other arguments");
  refused(text + ")R", "expected a name, found text");
}

TEST(RefusedPickle, Attributes) {
  const std::string state = "}" + pickled("__class__") + global("torch", "Size") + "s";
  refused("}" + state + "b", "attributes of a dictionary");
  refused("]" + state + "b", "attributes of a list");
  refused(global("torch", "Size") + state + "b", "attributes of a name");
  refused(tensor(storage("0", 1), pickled(0), ")", ")") + state + "b", "attributes of a tensor");
  refused(global("collections", "OrderedDict") + ")RNb", "attributes of a dictionary");
}

TEST(RefusedPickle, StoragesOfOtherKinds) {
  const std::string kind = "a storage as torch.save() describes one";
  refused("NQ", kind);
  refused("(" + pickled("module") + global("torch", "Size") + "NNtQ", kind);
  refused("(" + pickled("storage") + global("torch", "Size") + pickled("0") + pickled("cpu") +
              pickled(1) + "tQ",
          kind);
  refused(storage("0", -1), kind);
  refused("Pnumber\n", "opcode 0x50");
}

}  // namespace
}  // namespace sslhost::host
