# SPDX-License-Identifier: Apache-2.0
"""The models that write_models makes, one of each network of the SDK."""
import pathlib
import subprocess
import tempfile


def compare_all(program, compare):
    """One after the other, since all of them are gigabytes. (No short cut: each is looked at.)"""
    names = subprocess.run([program], check=True, capture_output=True, text=True).stdout.split()
    assert len(names) > 10, names
    verdicts = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([program, folder, name], check=True)
            verdicts.append(compare(pathlib.Path(folder) / name))
    return 0 if all(verdicts) else 1
