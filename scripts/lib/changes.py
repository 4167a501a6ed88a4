# SPDX-License-Identifier: Apache-2.0
"""Experiments that became others: their kept records are shown, and named as what they are, until they are run again."""


def outdated(experiment, record):
    """Whether a record, or none, is of a version before the change."""
    def number(version):
        return [int(part) for part in version.split(".")]
    return (experiment.change is not None and record is not None
            and number(record["versions"]["sslhost"]) < number(experiment.change.version))


def to_be_run_again(experiment):
    return f"**To be run again:** {experiment.change.what}."
