# SPDX-License-Identifier: Apache-2.0
"""The checks of this folder complain where they must: each is shown a tree with one fault."""
import contextlib
import io
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

import doxygen
import errors_page
import links
import options_page
import snippets
import sources

HEAD = "// SPDX-License-Identifier: Apache-2.0\n"


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()

    def put(self, name, text):
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text)

    def complaints(self, check):
        return check.check(self.root)[0]


class Sources(Tree):
    def expect(self, name, include, allowed):
        self.put(name, f"{HEAD}#include {include}\n")
        self.assertEqual(self.complaints(sources), [] if allowed else [f"{name}: must not include {include[1:-1]}"])
        (self.root / name).unlink()

    def test_plugins_include_the_sdk_libtorch_std_and_their_own_files(self):
        self.put("plugins/mine/own.hpp", HEAD)
        for include in ('"sslhost/method.hpp"', "<vector>", "<ATen/ops/relu.h>", '"own.hpp"', '"plugins/mine/own.hpp"',
                        '"plugins/common/weak_strong.hpp"'):
            self.expect("plugins/mine/mine.cpp", include, allowed=True)

    def test_plugins_include_neither_host_nor_one_another_nor_libraries(self):
        for include in ('"host/data/split.hpp"', '"plugins/vat/options.hpp"', '"../vat/options.hpp"', "<fmt/core.h>",
                        "<nlohmann/json.hpp>", '"sslhost/engine.hpp"', '"options.hpp"', "<unistd.h>", "<zlib.h>"):
            self.expect("plugins/mine/mine.cpp", include, allowed=False)

    def test_datasets_may_use_decoders_and_nothing_of_the_host(self):
        self.expect("datasets/mine/mine.cpp", "<zlib.h>", allowed=True)
        self.expect("datasets/mine/mine.cpp", '"datasets/idx/idx.hpp"', allowed=True)
        for include in ('"host/data/split.hpp"', '"datasets/mnist/folder.hpp"', "<boost/crc.hpp>"):
            self.expect("datasets/mine/mine.cpp", include, allowed=False)

    def test_the_sdk_includes_no_host_and_its_headers_no_library(self):
        for include in ('"host/trainer/trainer.hpp"', "<boost/dll.hpp>", "<spdlog/spdlog.h>", "<fmt/core.h>",
                        "<nlohmann/json.hpp>", "<cpuid.h>"):
            self.expect("sdk/include/sslhost/x.hpp", include, allowed=False)
        self.expect("sdk/src/x.cpp", "<cpuid.h>", allowed=True)
        self.expect("sdk/src/x.cpp", '"host/trainer/trainer.hpp"', allowed=False)

    def test_the_host_includes_no_plugin(self):
        self.expect("host/engine/x.cpp", '"plugins/vat/options.hpp"', allowed=False)
        self.expect("host/engine/x.cpp", "<nlohmann/json.hpp>", allowed=True)

    def test_rooms_of_the_host_include_those_below_them_only(self):
        self.expect("host/trainer/x.cpp", '"host/model/registry.hpp"', allowed=True)
        self.expect("host/trainer/x.cpp", '"host/trainer/trainer.hpp"', allowed=True)
        for include in ('"host/engine/session.hpp"', '"host/report/report.hpp"', '"host/commands/help.hpp"'):
            self.expect("host/trainer/x.cpp", include, allowed=False)
        self.expect("host/programs/x.cpp", '"host/commands/help.hpp"', allowed=True)

    def test_every_room_has_its_place_in_the_order(self):
        root = Path(__file__).resolve().parents[2]
        def rooms(place):  # git leaves emptied folders behind
            return {p.name for p in place.iterdir() if p.is_dir() and any(p.rglob("*.?pp"))}
        self.assertEqual(rooms(root / "host") - {"include"}, set(sources.ROOMS))
        self.assertEqual(rooms(root / "sdk" / "src"), set(sources.SDK_ROOMS))

    def test_rooms_of_the_sdk_are_in_an_order_too(self):
        self.expect("sdk/src/nn/x.cpp", '"sdk/src/kernels/x.hpp"', allowed=True)
        self.expect("sdk/src/kernels/x.cpp", '"sdk/src/networks/family.hpp"', allowed=False)

    def test_licence_line_and_length(self):
        self.put("sdk/src/a.cpp", "int a;\n")
        self.put("sdk/src/b.cpp", HEAD + "\n" * sources.LONGEST)
        self.put("scripts/run", "#!/bin/bash\n")
        self.assertEqual(len(self.complaints(sources)), 3)
        self.put("sdk/src/a.cpp", HEAD)
        self.put("sdk/src/b.cpp", HEAD + "\n" * (sources.LONGEST - 1))
        self.put("scripts/run", "#!/bin/bash\n# SPDX-License-Identifier: Apache-2.0\n")
        self.assertEqual(self.complaints(sources), [])

    def test_generated_folders_are_not_looked_at(self):
        self.put("build/release/a.cpp", "int a;\n")
        self.assertEqual(sources.check(self.root), ([], 0))


class Links(Tree):
    def test_a_missing_file_heading_or_way_out_is_reported(self):
        self.put("docs/a.md", "[b](b.md) [c](c.md#its-parts-1-2) [d](../../d) [x](../a.md)\n")
        self.put("docs/c.md", "# Its parts: 1, 2\n")
        self.assertEqual([c.split(": ")[1].split()[0] for c in self.complaints(links)], ["b.md", "../../d", "../a.md"])
        self.put("docs/c.md", "# Other\n")
        self.assertEqual(len(self.complaints(links)), 4)

    def test_code_and_other_sites_are_no_links_of_ours(self):
        self.put("a.md", "`[x](y)` [site](https://example.org)\n```\n[z](w)\n```\n")
        self.assertEqual(links.check(self.root), ([], 0))


class Snippets(Tree):
    def test_a_changed_line_is_reported(self):
        self.put("a.cpp", "one\ntwo\nthree\n")
        self.put("a.md", "```cpp a.cpp\ntwo\nthree\n```\n")
        self.assertEqual(snippets.check(self.root), ([], 1))
        self.put("a.cpp", "one\ntwo\n3\n")
        self.assertEqual(self.complaints(snippets), ["a.md: a block is not what a.cpp says: three"])

    def test_part_of_a_line_and_a_missing_file_are_reported(self):
        self.put("a.cpp", "not one\n")
        self.put("a.md", "```cpp a.cpp\none\n```\n\n```cpp b.cpp\none\n```\n")
        self.assertEqual(len(self.complaints(snippets)), 2)


class OptionsPage(Tree):
    def test_check_fails_for_a_page_that_says_something_else(self):
        self.put("probe", "#!/bin/sh\necho '{\"id\": \"m\", \"summary\": \"M\", \"options\": [{\"name\": \"a_b\", "
                          "\"default\": 0.5, \"type\": \"number\", \"range\": \"> 0\", \"choices\": [], \"unit\": \"\", "
                          "\"meaning\": \"x | y\", \"source\": \"\"}]}'\n")
        (self.root / "probe").chmod(0o700)
        arguments = [str(self.root / "probe"), str(self.root), "m.so"]
        with self.assertRaises(SystemExit):
            options_page.main(["--check", *arguments])
        options_page.main(arguments)
        self.assertIn("| `--a-b` | `0.5` | number > 0 |  | x \\| y |  |", (self.root / "options-m.md").read_text())
        options_page.main(["--check", *arguments])


@unittest.skipUnless(shutil.which("doxygen"), "doxygen is not installed")
class ErrorsPage(Tree):
    def page(self, text, name="host/data/a.cpp"):
        self.put(name, text)
        (self.root / "docs/reference").mkdir(parents=True, exist_ok=True)
        with contextlib.redirect_stdout(io.StringIO()):
            errors_page.main([str(self.root)])
        return (self.root / errors_page.PAGE).read_text()

    def test_what_the_source_says_is_a_row_and_what_it_does_not_is_a_gap(self):
        page = self.page(r"""void f(int n) {
          // throw Error(ExitCode::bug, {"not", "this", "one", ""});
          const std::string next = n > 3 ? "fewer" : "more";
          throw Error(ExitCode::data, {"file " + path.string(), "at \"most\" (3), or " "so", std::to_string(n), next});
        }""")
        self.assertIn('## 3, data', page)
        self.assertIn('### Data, splits and augmentation', page)
        self.assertIn('| file … | at "most" (3), or so | … | fewer / more |', page)
        self.assertNotIn("| not |", page)

    def test_callers_of_a_helper_have_a_row_each(self):
        page = self.page("""namespace {
        [[noreturn]] void fail(std::string found, ExitCode code = ExitCode::data) {
          throw Error(code, {"a table", "rows", std::move(found), ""});
        }
        }
        void g() { fail("none", ExitCode::usage); }
        void h() { const auto refuse = [&](const std::string& text) { fail(text + " of them", ExitCode::data); };
                   refuse("two"); }""")
        self.assertIn("| a table | rows | none | – |", page)
        self.assertIn("| a table | rows | two of them | – |", page)

    def test_an_error_of_another_form_is_named(self):
        self.put("host/data/a.cpp", "\nvoid f() { throw Error(ExitCode::data, made()); }")
        with self.assertRaisesRegex(SystemExit, "a.cpp:2"):
            errors_page.main([str(self.root)])

    def test_a_page_that_is_out_of_date_is_named(self):
        self.page('void f() { throw Error(ExitCode::busy, {"x", "y", "z", ""}); }')
        self.put("host/data/a.cpp", 'void f() { throw Error(ExitCode::busy, {"x", "y", "other", ""}); }')
        with self.assertRaisesRegex(SystemExit, "out of date"):
            errors_page.main(["--check", str(self.root)])


@unittest.skipUnless(shutil.which("doxygen"), "doxygen is not installed (apt-get install doxygen)")
class Reference(Tree):
    def setUp(self):
        super().setUp()
        here = Path(__file__).resolve().parents[2]
        for name in ("docs/Doxyfile", "docs/doxygen.sed"):
            self.put(name, (here / name).read_text())
        self.put("docs/reference/sdk.md", "# The front page\n")
        self.put("host/include/sslhost/engine.hpp", HEAD)

    def found(self, code, folder=None):
        self.put("sdk/include/sslhost/x.hpp", f"{HEAD}#pragma once\n\n/// All.\nnamespace sslhost {{\n{code}\n}}\n")
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = doxygen.run(self.root, folder)
        self.assertEqual(code == 0, not said.getvalue())
        return said.getvalue()

    def test_a_symbol_without_words_is_reported_with_its_line(self):
        for code in ("int f(int x);", "struct S {\n  int a;  ///< a\n};", "using T = int;", "enum class E { a };",
                     "#define SSLHOST_M 1", "/// S.\nstruct S {\n  int a;\n  int b;  ///< b\n};"):
            self.assertRegex(self.found(code), r"sdk/include/sslhost/x\.hpp:[68]: .*is not documented", code)

    def test_a_reference_that_leads_nowhere_is_reported(self):
        self.assertIn("nowhere", self.found("/// \\ref nowhere\nint f();"))

    def test_one_comment_serves_its_line_and_trivial_members_need_none(self):
        self.assertEqual(self.found("""/// S.
class S {
 public:
  S() = default;
  S(const S&) = delete;
  ~S();
  int a = 0, b = 0, c = 0;  ///< each
 private:
  int d;
};
namespace detail {
int inside();
}"""), "")

    def test_pages_are_written_where_nothing_was_found_alone(self):
        folder = self.root / "build" / "reference"
        self.found("int f();", folder)
        self.assertFalse(folder.exists())
        self.found("/// F.\nint f();", folder)
        self.assertIn("The front page", (folder / "index.html").read_text())


if __name__ == "__main__":
    sys.exit(unittest.main())
