# SPDX-License-Identifier: Apache-2.0
"""What our libraries have of c10d is LibTorch's own: NCCL's group is called, and no class whose layout gloo_headers/ only guesses is
made here, which would replace LibTorch's.

    symbols_test.py LIBRARY CUDA-LIBRARY FOLDER-OF-TORCH"""
import subprocess
import sys
from pathlib import Path


def symbols(library):
    return subprocess.run(["nm", "-DC", library], check=True, capture_output=True, text=True).stdout.splitlines()


def main():
    library, of_cuda, torch = map(Path, sys.argv[1:4])
    lines = symbols(library) + symbols(of_cuda)
    defined = [line for line in lines if " U " not in line and ("GlooStore" in line or "gloo::" in line)]
    assert not defined, f"{library} has classes of Gloo of its own:\n" + "\n".join(defined)
    calls = any(" U c10d::ProcessGroupNCCL::ProcessGroupNCCL(" in line for line in lines)
    headers = torch.parent / "nvidia/nccl/include/nccl.h"
    if not headers.exists():
        print(f"skipped: no {headers}, so that NCCL is not in this build")
        sys.exit(77)
    assert calls, f"{of_cuda} does not call NCCL, although {headers} is there"


main()
