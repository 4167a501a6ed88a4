# SPDX-License-Identifier: Apache-2.0
"""docs/reference/errors.md: every error that the source can throw, by exit code and by where it occurs.

errors_page.py ROOT            writes the page
errors_page.py --check ROOT    says when it is out of date, and ends with 1
"""
import re
import sys
from pathlib import Path

from error_sites import GAP, Source, errors

PAGE = "docs/reference/errors.md"
# By exit code, in its order: the heading, and what all errors under it have in common.
CODES = {
    "usage": ("2, usage", "Something on the command line, in a recipe or in what a program gave. Nothing was written."),
    "data": ("3, data", "Input data. No run folder was made, and no file of yours was changed. "
                        "[What data must be like](data.md)."),
    "storage": ("4, storage", "Files of sslhost: runs, models, caches, settings. What was whole before is whole still: a file "
                              "appears complete or not at all. Where it says that a file is damaged, use another copy; where "
                              "the disk is full, make room and give the same command again."),
    "plugin": ("5, plugin", "A plugin is missing, does not fit, or broke a promise. If it is not yours, tell its author the "
                            "text; if it is: [debug a plugin](../how-to/debug-a-plugin.md). In a call of a method the error "
                            "begins with the plugin, the call and the iteration."),
    "diverged": ("6, diverged", "Training went wrong numerically. The last good weights are in `model.safetensors`, where "
                                "training had begun."),
    "device": ("7, device", "What the machine cannot give: a GPU, threads, memory."),
    "busy": ("8, busy", "The folder belongs to somebody else. Nothing in it was changed."),
    "bug": ("70, bug", "Our mistake, or a system without what every system has. Please report it, with the command line and "
                       "the text."),
    "stopped": ("75, stopped", "No mistake: what was asked for. What is needed to go on is written."),
}
# Where it occurs, by the first folder that fits.
AREAS = {
    "host/commands": "Commands",
    "host/programs": "The two programs",
    "host/config": "Options and recipes",
    "host/discovery": "Finding plugins",
    "host/loading": "Loading and calling plugins",
    "host/validate": "`sslhost validate`",
    "host/fetch": "Fetching files",
    "host/labeling": "Labeling photos",
    "host/weights": "Weights that other programs saved",
    "host/encode": "Pretrained networks",
    "host/data": "Data, splits and augmentation",
    "datasets/images": "Folders of pictures",
    "datasets/table": "Tables",
    "datasets/delimited": "Text files of tables and labels",
    "datasets/idx": "MNIST and other IDX files",
    "datasets/mnist": "MNIST and other IDX files",
    "datasets/cifar10": "CIFAR-10",
    "datasets": "Other datasets",
    "sdk/src/networks": "Networks (`--model`)",
    "sdk/src/testing": "`sslhost/testing.hpp`, in tests of plugins",
    "sdk": "Networks (`--model`)",
    "plugins": "Methods",
    "host/model": "What a method registers, and model files",
    "host/optim": "Optimizers",
    "host/trainer": "A method's steps and phases",
    "host/engine": "Starting and resuming a run",
    "host/run": "Run folders",
    "host/evaluate": "Evaluation",
    "host/inference": "Predicting",
    "host/export": "Exporting",
    "host/report": "Reports and pictures",
    "host/comparison": "Comparisons",
    "host/device": "Devices, threads and memory",
    "host/parallel": "Several processes",
    "host/storage": "Files in general",
    "host": "Elsewhere",
}
HEAD = f"""# Errors

Written by `scripts/reference` from the source: every error that sslhost can end with, by [exit code](exit-codes.md), and under it by where it occurs. An error is printed as

```
error: where it happened
  expected  what should have been there
  found     what was there
  next      what to do about it
```

and the tables have these four parts, with {GAP} for what differs from case to case: names, numbers, paths. `a / b`: one or the other. A part that is empty is not printed. To find an error here, search for a few words of it that are no names. Codes that are no errors (0, 128 + n) are [there](exit-codes.md), too.
"""


def area_of(path):
    return next(name for folder, name in AREAS.items() if path.startswith(folder + "/"))


def cell(text):
    return re.sub(r"\s+", " ", text).strip().replace("|", "\\|").replace("<", "&lt;") or "–"


def sources(root):
    for folder in ("host", "sdk", "datasets", "plugins"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".cpp", ".hpp", ".cu", ".cuh"):
                yield Source(str(path.relative_to(root)), path.read_text())


def says_nothing(error):
    return not re.search(r"\w", "".join(error[1:5]))


def page(found):
    lines = [HEAD]
    silent = sum(says_nothing(e) for e in found)
    found = [e for e in found if not says_nothing(e)]
    for code, (title, meaning) in CODES.items():
        lines += [f"## {title}", "", meaning, ""]
        for area in dict.fromkeys(AREAS.values()):
            rows = dict.fromkeys(f"| {' | '.join(cell(part) for part in e[1:5])} |"
                                 for e in found if e.code == code and area_of(e.path) == area)
            if rows:
                lines += [f"### {area}", "", "| error | expected | found | next |", "| --- | --- | --- | --- |", *rows, ""]
    lines += ["## Not listed", "", f"{silent} errors have no words of their own: those of the operating system or of a library "
              "stand in all their parts."]
    return "\n".join(lines) + "\n"


def main(arguments):
    checks = arguments[0] == "--check"
    root = Path(arguments[-1]).resolve()
    read = list(sources(root))
    unread = [f"{source.path}:{line}" for source in read for line in source.unread()]
    if unread:
        sys.exit("an Error that scripts/lib/error_sites.py cannot read: " + ", ".join(unread))
    found = errors(read)
    unknown = {f"{e.path}: {e.code}" for e in found if e.code not in CODES}
    if unknown:
        sys.exit("no exit code of errors.md: " + ", ".join(sorted(unknown)))
    text = page(found)
    if not checks:
        (root / PAGE).write_text(text)
    elif not (root / PAGE).exists() or (root / PAGE).read_text() != text:
        sys.exit(f"out of date, write it again with scripts/reference: {PAGE}")
    print(f"{len(found)} errors")


if __name__ == "__main__":
    main(sys.argv[1:])
