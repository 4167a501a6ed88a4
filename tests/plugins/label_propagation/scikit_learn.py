#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes scikit_learn.hpp: what scikit-learn 1.9's LabelSpreading(kernel="knn") says of small data that the test computes too.

Usage: tests/plugins/label_propagation/scikit_learn.py (in an environment with scikit-learn)."""
import math
import pathlib

import numpy as np
from sklearn.semi_supervised import LabelSpreading

SAMPLES, INPUTS, QUERIES, CLASSES = 60, 3, 8, 3


def samples(count, phase):
    x = [[math.sin(1.3 * i * i + 2.1 * j + phase) + 0.5 * math.cos(7 * i + j) for j in range(INPUTS)] for i in range(count)]
    return np.array(x, dtype=np.float32).astype(np.float64)


def main():
    labels = np.full(SAMPLES, -1)
    labels[:6] = [0, 1, 2, 0, 1, 2]
    model = LabelSpreading(kernel="knn", n_neighbors=6, alpha=0.9, max_iter=100000, tol=1e-13).fit(samples(SAMPLES, 0), labels)
    rows = model.predict_proba(samples(QUERIES, 0.5))
    text = ",\n".join("    {" + ", ".join(f"{p:.12f}" for p in row) + "}" for row in rows)
    pathlib.Path(__file__).with_name("scikit_learn.hpp").write_text(f"""// SPDX-License-Identifier: Apache-2.0
#pragma once

// Written by scikit_learn.py: predict_proba of LabelSpreading(kernel="knn", n_neighbors=6, alpha=0.9).

namespace scikit_learn {{

constexpr double kProbabilities[{QUERIES}][{CLASSES}] = {{
{text}}};

}}  // namespace scikit_learn
""")


if __name__ == "__main__":
    main()
