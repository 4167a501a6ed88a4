# SPDX-License-Identifier: Apache-2.0
"""Whether what was expected came out: the last sentence under a table."""


def verdict(expected, met, there, wanted, things):
    """`met` is asked for when all are there."""
    if there < wanted:
        return f"{expected} Open: {there} of {wanted} {things} are there.".strip()
    return f"{expected} {'Met.' if met() else '**Not met.**'}".strip()
