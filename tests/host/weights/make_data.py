#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the files in data/ with PyTorch: make_data.py [FOLDER]. data/README.md says which and why."""
import collections
import io
import os
import pathlib
import struct
import sys
import warnings
import zipfile

import torch

TYPES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
         torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL"}
WHEN = (2020, 1, 1, 0, 0, 0)  # of every member: the files are the same whenever they are made

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "data")
folder.mkdir(exist_ok=True)


def expect(name, state):
    """NAME.txt: a line for each tensor, `name type 2x3 hexadecimal bytes`, from PyTorch itself."""
    lines = []
    for key, tensor in state.items():
        data = tensor.detach().contiguous().reshape(-1)
        data = data.view(torch.uint8).numpy().tobytes() if data.numel() else b""
        shape = "x".join(map(str, tensor.shape)) or "-"
        lines.append(f"{key} {TYPES[tensor.dtype]} {shape} {data.hex() or '-'}\n")
    (folder / f"{name}.txt").write_text("".join(lines))


def save(name, what, state=None, old=False, protocol=2):
    # Saved through memory: the folder inside the archive is then called "archive", wherever this runs.
    buffer = io.BytesIO()
    torch.save(what, buffer, _use_new_zipfile_serialization=not old, pickle_protocol=protocol)
    (folder / f"{name}.pth").write_bytes(buffer.getvalue())
    if state is not None:
        expect(name, state)


def repack(name, source, change=lambda members: None, packing=zipfile.ZIP_STORED):
    """Another archive with the members of source.pth, after change(members)."""
    with zipfile.ZipFile(folder / f"{source}.pth") as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    change(members)
    pack(name + ".pth", members.items(), packing)


def pack(file, members, packing=zipfile.ZIP_STORED):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that come twice, which is the point
        with zipfile.ZipFile(folder / file, "w") as archive:
            for key, data in members:
                info = zipfile.ZipInfo(key, WHEN)
                info.compress_type = packing
                archive.writestr(info, data)


class Runs:
    """What Python runs on loading: only the name of what is run matters to the tests."""

    def __reduce__(self):
        return os.system, ("echo this must not run",)


def good():
    types = collections.OrderedDict((name, torch.tensor([0, 1, 3]).to(dtype)) for dtype, name in TYPES.items())
    base = torch.arange(24, dtype=torch.float32)
    shared = torch.arange(6, dtype=torch.int32)
    views = collections.OrderedDict(
        transposed=base.reshape(4, 6).t(), permuted=base.reshape(2, 3, 4).permute(2, 0, 1), offset=base[5:9],
        every_third=base[1::3], block=base.reshape(4, 6)[1:3, 2:5], expanded=torch.tensor([[1.5], [2.5]]).expand(2, 3),
        shared=shared, shared_again=shared, tail_of_shared=shared[4:], bytes_transposed=torch.arange(6).reshape(2, 3).to(torch.uint8).t(),
        halves_transposed=torch.arange(6).reshape(2, 3).half().t(), doubles_transposed=torch.arange(6.0).double().reshape(2, 3).t(),
        scalar=torch.tensor(7), empty=torch.zeros(0), empty_block=torch.zeros(2, 0, 3), ones=torch.zeros(1, 1, 1) + 4)
    for old, form in ((False, "zip"), (True, "old")):
        save(f"{form}-types", types, types, old)
        save(f"{form}-views", views, views, old)
        for protocol in (4, 5):
            save(f"{form}-protocol-{protocol}", types, types, old, protocol)

    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    net[0].weight.data[:] = torch.arange(6.0).reshape(2, 3)
    net[0].bias.data[:] = torch.tensor([-1.0, 1.0])
    state = net.state_dict()
    save("module", state, state)
    save("parameters", dict(net.named_parameters()), dict(net.named_parameters()))
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(4, 3)).sum().backward()
    optimizer.step()
    state = {key: value.clone() for key, value in net.state_dict().items()}
    around = {"epoch": 3, "arch": "small", "loss": 0.25, "best_acc1": torch.tensor(76.5), "done": False, "none": None,
              "optimizer": optimizer.state_dict(), "history": [1, 2.5, "x", (1, 2)], "large": 2**70, "negative": -(2**40)}
    save("state_dict", {**around, "state_dict": state}, state)
    # Opcodes that protocol 5 has, and that calls stand for in protocol 2.
    around |= {"seen": {1, 2}, "more": frozenset({3}), "raw": bytearray(b"abc"), "bytes": b"abc"}
    save("state_dict-old-protocol-5", {**around, "state_dict": state}, state, old=True, protocol=5)
    save("model", {"epoch": 3, "model": state}, state)
    save("teacher", {"student": {"x": torch.zeros(1)}, "teacher": state}, state)
    weight = {"weight": torch.arange(3.0)}
    save("extras", {**weight, "size": torch.Size([2, 3]), "device": torch.device("cuda", 1), "type": torch.float32,
                    "nested": {"moment": torch.zeros(2)}}, weight)

    repack("deflated", "zip-types", packing=zipfile.ZIP_DEFLATED)
    expect("deflated", types)
    repack("without-byteorder", "zip-types", lambda members: members.pop("archive/byteorder"))
    expect("without-byteorder", types)
    saved = (folder / "zip-types.pth").read_bytes()
    pack("one.whl", [("net/__init__.py", b""), ("net/models/net.pth", saved)], zipfile.ZIP_DEFLATED)
    pack("two.whl", [("a.pth", saved), ("b.pth", saved)], zipfile.ZIP_DEFLATED)
    pack("none.whl", [("net/__init__.py", b"")], zipfile.ZIP_DEFLATED)


def bad():
    for old, form in ((False, "zip"), (True, "old")):
        for protocol in (2, 4):
            save(f"runs-{form}-{protocol}", {"weight": torch.zeros(2), "x": Runs()}, old=old, protocol=protocol)
    save("whole-module", torch.nn.Linear(2, 2))
    save("list", [torch.zeros(2)])
    save("no-tensors", {"epoch": 3, "name": "x"})
    save("complex", {"weight": torch.zeros(2, dtype=torch.complex64)})

    def set_to(name, data):
        return lambda members: members.__setitem__(name, data)

    repack("big-endian", "zip-types", set_to("archive/byteorder", b"big"))
    repack("short-storage", "zip-types", set_to("archive/data/0", bytes(23)))
    repack("long-storage", "zip-types", set_to("archive/data/0", bytes(25)))
    repack("no-storage", "zip-types", lambda members: members.pop("archive/data/0"))
    repack("no-pickle", "zip-types", lambda members: members.pop("archive/data.pkl"))
    repack("two-pickles", "zip-types", set_to("other/data.pkl", b""))
    repack("script", "zip-types", set_to("archive/constants.pkl", b""))
    repack("bad-bool", "zip-types", set_to("archive/data/9", b"\0\1\2"))
    repack("pickle-with-tail", "zip-types",
           lambda members: members.__setitem__("archive/data.pkl", members["archive/data.pkl"] + b"x"))
    pack("member-twice.pth", [("archive/data.pkl", b""), ("archive/data.pkl", b"")])
    # 4 MB of zeros in 4 kB.
    save("bomb", {"weight": torch.zeros(1 << 20)})
    repack("bomb", "bomb", packing=zipfile.ZIP_DEFLATED)
    # 4 GB in the directory, three bytes in the archive.
    data = bytearray((folder / "one.whl").read_bytes())
    at = data.rfind(b"PK\1\2")
    data[at + 24:at + 28] = struct.pack("<I", 0xfffffff0)
    (folder / "huge-member.whl").write_bytes(data)


good()
bad()
