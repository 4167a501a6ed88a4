# SPDX-License-Identifier: Apache-2.0
"""Statistics as sslhost computes them (host/run/statistics.hpp): scripts have none of their own."""
import json
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    count: int
    median: float
    mean: float
    standard_deviation: float | None  # none of one value, as the interval
    interval: tuple | None  # low and high end for the mean: Student's t, 95 %
    wins: int  # values above 0


class Statistics:
    """Asks the program of that path."""

    def __init__(self, program):
        self.program = program

    def answer(self, question):
        done = subprocess.run([str(self.program), "statistics"], input=json.dumps(question), text=True, check=True, stdout=subprocess.PIPE)
        answer = json.loads(done.stdout)
        return {**answer, "interval": answer["interval"] and tuple(answer["interval"])}

    def of(self, values):
        return Summary(**self.answer(list(values)))

    def below(self, values, bound):
        """The summary, and how probable so low a mean would be, were the true one `bound` or higher."""
        answer = self.answer({"values": list(values), "below": bound})
        p = answer.pop("p")
        return Summary(**answer), p

    def median(self, values):
        return self.of(values).median
