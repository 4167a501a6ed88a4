# SPDX-License-Identifier: Apache-2.0
"""docs/reference/commands.md from the table of commands, as `sslhost help --json` prints it.

commands_page.py SSLHOST PAGE            writes the page
commands_page.py --check SSLHOST PAGE    says when it is out of date, and ends with 1
"""
import json
import subprocess
import sys
from pathlib import Path


def cell(text):
    return text.replace("|", "\\|")


def flags_table(flags):
    rows = [f"| `{f['flag']}` | {cell(f['meaning'])} |" for f in flags]
    return ["| flag | meaning |", "| --- | --- |", *rows, ""] if rows else []


def section(command):
    usage = "\n".join(line.removeprefix("  ") for line in command["usage"].strip("\n").split("\n"))
    return [f"## {command['name']}", "", command["meaning"][0].upper() + command["meaning"][1:] + ".", "", "```", usage, "```", "",
            *flags_table(command["flags"])]


def page(table):
    lines = ["# Commands", "",
             "Written by `scripts/reference` from the table of commands, as `sslhost help` does. A command is the first word; "
             "without one it is `train`.", "",
             "| command | does |", "| --- | --- |"]
    for command in table["commands"]:
        lines.append(f"| [`{command['name']}`](#{command['name']}) | {cell(command['meaning'])} |")
    lines.append("")
    for command in table["commands"]:
        lines += section(command)
    lines += ["## Flags of every command", "", *flags_table(table["flags"]),
              "What a run is made of are options: `--name value`, `--name=value` or `--set name=value`, and in a recipe "
              "`name = value`. [Where they come from](configuration.md); `sslhost --plugin ID --help` shows those of a method "
              "and of every run. An option that was renamed is taken under its earlier name too, with a note."]
    return "\n".join(lines) + "\n"


def main(arguments):
    checks = arguments[0] == "--check"
    program, target = arguments[1:] if checks else arguments
    said = subprocess.run([program, "help", "--json"], check=True, text=True, stdout=subprocess.PIPE).stdout
    text = page(json.loads(said))
    if not checks:
        Path(target).write_text(text)
    elif not Path(target).exists() or Path(target).read_text() != text:
        sys.exit(f"out of date, write it again with scripts/reference: {target}")


if __name__ == "__main__":
    main(sys.argv[1:])
