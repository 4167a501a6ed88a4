# SPDX-License-Identifier: Apache-2.0
"""search.py SSLHOST FOLDER TRIALS: Optuna looks for VAT's epsilon and the learning rate, by validation error alone."""
import json
import subprocess
import sys
from pathlib import Path

import optuna

DIVERGED = 6  # exit code


def validation_error(run):
    """The last one in the run's metrics."""
    rows = [json.loads(line) for line in Path(run, "metrics.jsonl").read_text().splitlines()]
    return [row["validation_error"] for row in rows if "validation_error" in row][-1]


def objective(trial):
    options = {"epsilon": trial.suggest_float("epsilon", 0.05, 5, log=True),
               "learning_rate": trial.suggest_float("learning_rate", 1e-4, 1e-2, log=True)}
    words = [f"--{name}={value}" for name, value in options.items()]
    ended = subprocess.run([program, "--plugin", "vat", "--labels", "50", "--validation", "200", "--iterations", "300",
                            "--out", f"{folder}/trial-{trial.number}", "--json", "--quiet", *words], stdout=subprocess.PIPE)
    if ended.returncode == DIVERGED:
        raise optuna.TrialPruned()
    ended.check_returncode()
    result = json.loads(ended.stdout.splitlines()[-1])
    return validation_error(result["run"])


program, folder, trials = sys.argv[1:]
study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
study.optimize(objective, n_trials=int(trials))
print(json.dumps({"best": study.best_params, "validation_error": study.best_value}))
