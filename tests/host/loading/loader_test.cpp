// SPDX-License-Identifier: Apache-2.0
#include "host/loading/loader.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <oneapi/dnnl/dnnl_common.hpp>

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include "host/discovery/child.hpp"
#include "host/loading/exception_translation.hpp"
#include "host/loading/guard.hpp"
#include "tests/support/built.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::bad_plugin;
using sslhost::testing::TemporaryFolder;
using ::testing::HasSubstr;

template <class F>
std::string plugin_error(F&& f) {
  return failure_text(ExitCode::plugin, f);
}
std::string refusal(const std::string& name) {
  return plugin_error([&] { load_plugin(inspect(bad_plugin(name), "test")); });
}

TEST(Loader, GivesAMethodThatDescribesItself) {
  const auto loaded = load_plugin(inspect(bad_plugin("aborts_in_step"), "test"));
  ASSERT_TRUE(loaded.method);
  EXPECT_FALSE(loaded.dataset);
  OptionList list;
  loaded.plugin().describe(list);
  EXPECT_EQ(list.names(), std::vector<std::string>{"weight"});
  EXPECT_NE(loaded.method->make(), nullptr);
}

TEST(Loader, NamesWhatIsWrongWithTheEntry) {
  EXPECT_THAT(refusal("no_entry"),
              HasSubstr("expected an entry function sslhost_plugin_v1, found none"));
  EXPECT_THAT(refusal("null_entry"), HasSubstr("its entry function returned nothing"));
  EXPECT_THAT(refusal("entry_of_another_kind"), HasSubstr("an entry of another kind"));
}

TEST(Loader, NamesAFunctionThatNoLibraryHas) {
  const auto text = refusal("needs_a_function");
  EXPECT_THAT(text, HasSubstr("in one of its libraries: libsslhost_sdk"));
  EXPECT_THAT(text, HasSubstr("none of them has elsewhere::train(at::Tensor const&)"));
}

TEST(Loader, ChecksTheBytesAgainBeforeLoading) {
  EXPECT_THAT(refusal("other_torch"),
              HasSubstr("LibTorch: plugin 1.13.1, host 2."));  // loading it would abort
  const TemporaryFolder
      folder;  // its removal also shows that std::filesystem is not LibTorch's broken copy
  auto found = inspect(folder.copy(bad_plugin("aborts_in_step"), "x.so"), "test");
  ASSERT_EQ(found.state, State::ready);
  folder.write("x.so", "changed since");
  EXPECT_THAT(plugin_error([&] { load_plugin(found); }),
              HasSubstr("foreign: not a shared library"));
}

TEST(Loader, ExceptionsOfAPluginNameItAndTheCall) {
  for (const auto& [name, thrown] :
       {std::pair("throws_on_describe", "std::runtime_error: no options today"),
        {"throws_int", "found thrown int"}}) {
    const auto loaded = load_plugin(inspect(bad_plugin(name), "test"));
    OptionList list;
    const auto text = plugin_error(
        [&] { guarded(name, "describe", -1, [&] { loaded.plugin().describe(list); }); });
    EXPECT_THAT(text, HasSubstr("plugin " + std::string(name) + ", in describe"));
    EXPECT_THAT(text, HasSubstr(thrown));
  }
}

TEST(Guard, NamesTheIterationAndPassesResultsAndErrorsThrough) {
  EXPECT_EQ(guarded("vat", "step", 3, [] { return 7; }), 7);
  EXPECT_THAT(plugin_error([] { guarded("vat", "step", 3, [] { throw std::bad_cast(); }); }),
              HasSubstr("plugin vat, in step, iteration 3"));
  expect_failure(ExitCode::data, ::testing::StrEq("mine: own words"), [] {
    guarded("vat", "build", -1, [] { throw Error(ExitCode::data, {"mine", "", "own words"}); });
  });
}

TEST(Guard, ErrorsOfTrainingCarryTheirPlaceWhateverTheirCode) {
  for (const auto code : {ExitCode::usage, ExitCode::data, ExitCode::plugin, ExitCode::diverged})
    expect_failure(code, ::testing::StartsWith("plugin vat, in step, iteration 3: a state: "), [&] {
      guarded("vat", "step", 3, [&] { throw Error(code, {"a state", "", "other words"}); });
    });
}

TEST(Guard, TheirPlaceIsNamedOnce) {
  const auto inner = [] { throw Error(ExitCode::plugin, {"a state", "", "other words"}); };
  const auto error =
      failure_of([&] { guarded("vat", "step", 3, [&] { guarded("vat", "predict", -1, inner); }); });
  EXPECT_EQ(error.parts().where, "plugin vat, in predict: a state");
}

TEST(Guard, NoPluginAnnouncesSuccessNorAStopNorABug) {
  for (const auto code : {ExitCode::done, ExitCode::stopped, ExitCode::busy, ExitCode::bug}) {
    const auto error = failure_of([&] {
      guarded("vat", "step", 3, [&] { throw Error(code, {"a state", "", "other words"}); });
    });
    EXPECT_EQ(error.code(), ExitCode::plugin);
    EXPECT_THAT(error.what(), HasSubstr("other words (thrown with exit code " +
                                        std::to_string(static_cast<int>(code))));
  }
  EXPECT_EQ(failure_of([] {
              guarded("vat", "build", -1, [] { throw Error(ExitCode::done, {"", "", "well"}); });
            }).code(),
            ExitCode::plugin);
}

TEST(Guard, AStopWhileDataAreReadGoesThroughTheirReader) {
  EXPECT_EQ(failure_of([] {
              guarded("images", "load", -1, [] { throw Error(ExitCode::stopped, {"", "", ""}); });
            }).code(),
            ExitCode::stopped);
}

TEST(Guard, MemoryThatRanOutIsNoBugOfThePlugin) {
  const auto code_of = [](const std::function<void()>& f) {
    const auto error = failure_of([&] { guarded("vat", "step", 3, f); });
    EXPECT_THAT(error.what(),
                HasSubstr("plugin vat, in step, iteration 3: expected enough memory"));
    return error.code();
  };
  EXPECT_EQ(code_of([] { throw std::bad_alloc(); }), ExitCode::device);
  EXPECT_EQ(code_of([] { at::empty({int64_t{1} << 58}); }), ExitCode::device)
      << "more than an address can name";
  EXPECT_EQ(code_of([] {
              throw c10::OutOfMemoryError({__func__, __FILE__, __LINE__}, "CUDA out of memory");
            }),
            ExitCode::device);
  EXPECT_EQ(code_of([] { throw dnnl::error(dnnl_out_of_memory, "could not create a primitive"); }),
            ExitCode::device);
}

TEST(Guard, AnErrorOfTheGpuIsNotThePlugins) {
  expect_failure(ExitCode::device,
                 AllOf(HasSubstr("plugin vat, in step, iteration 3"),
                       HasSubstr("an illegal memory access"), HasSubstr("CUDA_LAUNCH_BLOCKING=1")),
                 [] {
                   guarded("vat", "step", 3, [] {
                     throw c10::AcceleratorError({__func__, __FILE__, __LINE__}, 700,
                                                 "CUDA error: an illegal memory access\nmore");
                   });
                 });
}

TEST(Guard, AnErrorInWordsKeepsThemWhateverTheySay) {
  expect_failure(ExitCode::device, ::testing::StrEq("mine: found DefaultCPUAllocator: none"), [] {
    with_translated_exceptions("training", [] {
      throw Error(ExitCode::device, {"mine", "", "found DefaultCPUAllocator: none"});
    });
  });
}

TEST(Plugin, ExportsItsEntryAndNothingElse) {
  for (const char* name : {"aborts_in_step", "null_entry"}) {
    const auto nm = run_child(
        SSLHOST_NM,
        {"-D", "--defined-only", "--extern-only", "--format=just-symbols", bad_plugin(name)},
        std::chrono::seconds(60));
    EXPECT_EQ(nm.output, "sslhost_plugin_v1\n") << nm.errors;
  }
}

}  // namespace
}  // namespace sslhost::host
