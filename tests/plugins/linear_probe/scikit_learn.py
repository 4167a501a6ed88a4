#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes scikit_learn.hpp: what scikit-learn 1.9's LogisticRegression(C=1/l2) says of small data that the test computes too.

Usage: tests/plugins/linear_probe/scikit_learn.py (in an environment with scikit-learn)."""
import math
import pathlib

import numpy as np
from sklearn.linear_model import LogisticRegression

SAMPLES, INPUTS, QUERIES, CLASSES = 30, 5, 4, 4
PENALTIES = [0.01, 1.0, 100.0]


def samples(count, phase):
    return np.array([[math.sin(1.3 * i * i + 2.1 * j + phase) + 0.5 * math.cos(7 * i + j) for j in range(INPUTS)]
                     for i in range(count)])


def main():
    labels = np.array([(5 * i + i * i // 3) % CLASSES for i in range(SAMPLES)])
    blocks = []
    for penalty in PENALTIES:
        model = LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=100000).fit(samples(SAMPLES, 0), labels)
        rows = model.predict_proba(samples(QUERIES, 0.5))
        blocks.append("    {" + ",\n     ".join("{" + ", ".join(f"{p:.12f}" for p in row) + "}" for row in rows) + "}")
    text = ",\n".join(blocks)
    pathlib.Path(__file__).with_name("scikit_learn.hpp").write_text(f"""// SPDX-License-Identifier: Apache-2.0
#pragma once

// Written by scikit_learn.py: predict_proba of LogisticRegression(C=1/l2).

namespace scikit_learn {{

constexpr double kPenalties[] = {{{", ".join(map(str, PENALTIES))}}};
constexpr double kProbabilities[{len(PENALTIES)}][{QUERIES}][{CLASSES}] = {{
{text}}};

}}  // namespace scikit_learn
""")


if __name__ == "__main__":
    main()
