# SPDX-License-Identifier: Apache-2.0
"""The checks in the order in which they are made: what must be known first comes first."""
from dataclasses import dataclass
from typing import Callable

import correct
import machine
import speed


@dataclass(frozen=True)
class Check:
    name: str
    seconds: float  # at most
    function: Callable
    needs: str = ""  # "cuda": a card alone has it

    def fits(self, device):
        return not self.needs or device.startswith(self.needs)


CHECKS = (
    Check("environment", 40, machine.environment),
    Check("training", 40, correct.training),
    Check("tests", 70, correct.tests),
    Check("methods", 70, correct.methods),
    Check("r1_speed", 60, speed.r1),
    Check("ceilings", 40, speed.ceilings, needs="cuda"),
    Check("replay", 50, correct.replay),
    Check("r1_whole", 60, speed.r1_whole),
    Check("kernels", 60, correct.kernels),
    Check("failures", 20, correct.failures),
    Check("networks", 40, speed.networks),
    Check("compiled", 120, speed.compiled, needs="cuda"),
)
