#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a plugin that was built before relies on: the binary interface of the SDK, as text.

    interface.py COMPILE_COMMANDS SDK_INCLUDE LIBRARY FILE [--check]

Sizes, members and virtual functions of all public classes come from debug information (abidw), exported functions from the library
(nm). Written to FILE, which is kept, or compared with it: a difference is a change that plugins notice. Exit code 77: no abidw, or
another compiler than the kept file is of, which may say the same in other words.
"""
import difflib
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml


def compile_command(commands: pathlib.Path) -> tuple[list[str], str]:
    """How a plugin is compiled, without its file, its macros and what it is optimized for."""
    entry = next(e for e in json.loads(commands.read_text()) if e["file"].endswith("tests/bad_plugins/no_entry.cpp"))
    words, kept, skip = shlex.split(entry["command"]), [], False
    for word in words:
        if skip or word in ("-o", "-include"):
            skip = not skip
        elif word not in ("-c", entry["file"]) and not re.match(r"-O|.*ccache$|-Winvalid-pch", word):
            kept.append(word)
    return kept, entry["directory"]


def type_names(root: xml.Element) -> dict[str, str]:
    """Names of types by abidw's numbers, as far as members and parameters of ours need them."""
    nodes = {n.get("id"): n for n in root.iter() if n.get("id")}

    def name(number: str) -> str:
        node = nodes.get(number)
        if node is None:
            return "?"
        if node.get("name") and not node.get("name").startswith("__anonymous"):
            return node.get("name")
        inner = node.get("type-id")
        if node.tag == "pointer-type-def":
            return name(inner) + "*"
        if node.tag == "reference-type-def":
            return name(inner) + ("&&" if node.get("kind") == "rvalue" else "&")
        if node.tag == "qualified-type-def":
            return ("const " if node.get("const") else "") + name(inner)
        if node.tag == "array-type-def":
            return name(inner) + "[" + "][".join(s.get("length", "?") for s in node.findall("subrange")) + "]"
        return node.tag

    return {number: name(number) for number in nodes}


def classes_of(root: xml.Element):
    """Public classes and enumerations with their qualified names."""
    def walk(node: xml.Element, scope: list[str]):
        for child in node:
            if child.tag == "namespace-decl":
                yield from walk(child, scope + [child.get("name")])
            elif child.tag in ("abi-instr", "abi-corpus"):
                yield from walk(child, scope)
            elif child.tag in ("class-decl", "enum-decl") and scope[:1] == ["sslhost"] and "detail" not in scope:
                here = scope + [child.get("name")]
                yield "::".join(here), child
                for member in child.findall("member-type"):
                    for inner in member:
                        if inner.tag in ("class-decl", "enum-decl"):
                            yield "::".join(here + [inner.get("name")]), inner

    return walk(root, [])


def lines_of_class(name: str, node: xml.Element, types: dict[str, str]) -> list[str]:
    if node.tag == "enum-decl":
        return [f"enum {name}: " + ", ".join(f"{e.get('name')} {e.get('value')}" for e in node.findall("enumerator"))]
    lines = [f"class {name}: {int(node.get('size-in-bits', 0)) // 8} bytes"]
    for member in node.findall("data-member"):
        declared = member.find("var-decl")
        offset = member.get("layout-offset-in-bits")
        if offset is not None:
            lines.append(f"  {int(offset) // 8} {declared.get('name')} {types.get(declared.get('type-id'), '?')}")
    functions = [(int(f.get("vtable-offset", -1)), f.find("function-decl")) for f in node.findall("member-function")]
    for offset, function in sorted((o, f) for o, f in functions if o >= 0 and f is not None):
        parameters = ", ".join(types.get(p.get("type-id"), "?") for p in function.findall("parameter")[1:])
        lines.append(f"  virtual {offset} {function.get('name')}({parameters})")
    return lines


def layout(commands: pathlib.Path, include: pathlib.Path) -> list[str]:
    with tempfile.TemporaryDirectory() as work:
        source = pathlib.Path(work, "all.cpp")
        source.write_text("".join(f'#include "{h.relative_to(include)}"\n' for h in sorted(include.rglob("*.hpp"))))
        command, folder = compile_command(commands)
        subprocess.run(command + ["-O0", "-w", "-g", "-fno-eliminate-unused-debug-types",
                        "-femit-class-debug-always", "-c", source, "-o", work + "/all.o"],
                       cwd=folder, check=True)
        subprocess.run(["abidw", "--load-all-types", "--no-corpus-path", "--no-comp-dir-path", "--no-elf-needed",
                        "--out-file", work + "/all.abi", work + "/all.o"], check=True)
        root = xml.parse(work + "/all.abi").getroot()
    types = type_names(root)
    found = {}
    for name, node in classes_of(root):
        if node.get("is-declaration-only") != "yes":
            found[name] = lines_of_class(name, node, types)
    return [line for name in sorted(found) for line in found[name]]


def exported(library: pathlib.Path) -> list[str]:
    symbols = subprocess.run(["nm", "-DC", "--defined-only", "--format=just-symbols", library], check=True, capture_output=True, text=True)
    ours = [s for s in symbols.stdout.splitlines() if re.search(r"\bsslhost::", s) and "::detail::" not in s]
    return [f"function {s}" for s in sorted(set(ours)) if not s.startswith(("typeinfo", "vtable", "construction", "VTT"))]


def tools(commands: pathlib.Path) -> str:
    """Who says it: the first line of the file."""
    compiler = next(w for w in compile_command(commands)[0] if not w.startswith("-"))
    first = [subprocess.run([p, "--version"], check=True, capture_output=True, text=True).stdout.split("\n")[0] for p in (compiler, "abidw")]
    version = re.search(r"\d+(?=\.\d+\.\d+)", first[0].split(")")[-1])
    return f"as compiler {pathlib.Path(compiler).name} {version.group(0) if version else '?'} and {first[1]} see it"


def main() -> int:
    commands, include, library, kept = map(pathlib.Path, sys.argv[1:5])
    if shutil.which("abidw") is None:
        print("skipped: abidw is not here (Debian package abigail-tools)")
        return 77
    by = tools(commands)
    if "--check" in sys.argv and kept.exists() and (first := kept.read_text().split("\n")[0]) != by:
        print(f"skipped: {kept.name} is {first}; here it would be {by}")
        return 77
    text = by + "\n" + "\n".join(layout(commands, include) + exported(library)) + "\n"
    if "--check" not in sys.argv:
        kept.write_text(text)
        return 0
    difference = list(difflib.unified_diff(kept.read_text().splitlines(), text.splitlines(), str(kept), "now", lineterm="", n=2))
    print("\n".join(difference) or "the same")
    if difference:
        print("\nPlugins that were built before would not fit. If that is meant: scripts/reference writes the file again, and the\n"
              "SDK's minor version must be another than that of the last release (sdk/include/sslhost/record.hpp).")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
