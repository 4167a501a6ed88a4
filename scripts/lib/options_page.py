# SPDX-License-Identifier: Apache-2.0
"""docs/reference/options-ID.md from what a plugin says of itself.

options_page.py WORKER FOLDER PLUGIN.so...            writes the pages
options_page.py --check WORKER FOLDER PLUGIN.so...    says which are out of date, and ends with 1
"""
import json
import subprocess
import sys
from pathlib import Path


def probe(worker, plugin):
    return json.loads(subprocess.run([worker, "probe", plugin], check=True, text=True, stdout=subprocess.PIPE).stdout)


def cell(text):
    return str(text).replace("|", "\\|")


def row(option):
    value = option["default"]
    shown = str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
    wanted = " \\| ".join(f"`{c}`" for c in option["choices"]) or f"{option['type']} {option['range']}".strip()
    flag = "--" + option["name"].replace("_", "-")
    return (f"| `{flag}` | `{shown}` | {wanted} | {cell(option['unit'])} | {cell(option['meaning'])} | "
            f"{cell(option['source'])} |")


def page(plugin):
    lines = [f"# Options of {plugin['id']}", "",
             f"{plugin['summary']}. Written by `scripts/reference` from what the plugin says of itself, "
             f"as `sslhost --plugin {plugin['id']} --help` does.", "",
             "In a recipe and with `--set` the same names are written with `_`.", "",
             "| flag | default | values | unit | meaning | source |", "|" + " --- |" * 6]
    return "\n".join(lines + [row(option) for option in plugin["options"]]) + "\n"


def main(arguments):
    checks = arguments[0] == "--check"
    worker, folder, *plugins = arguments[1:] if checks else arguments
    stale = []
    for plugin in plugins:
        described = probe(worker, plugin)
        target = Path(folder) / f"options-{described['id']}.md"
        text = page(described)
        if checks and (not target.exists() or target.read_text() != text):
            stale.append(str(target))
        elif not checks:
            target.write_text(text)
    if stale:
        sys.exit("out of date, write them again with scripts/reference: " + ", ".join(stale))


if __name__ == "__main__":
    main(sys.argv[1:])
