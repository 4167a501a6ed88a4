# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of tests/fuzz/seeds that are not found cases, with Python's standard library alone:
    python3 tests/fuzz/make_seeds.py RUN
RUN: a small run folder, whose files are seeds too; README.md has the command that makes it.
"""
import gzip
import io
import json
import pathlib
import struct
import sys
import tarfile

SEEDS = pathlib.Path(__file__).parent / "seeds"


def write(target, name, content):
    folder = SEEDS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def idx():
    images = struct.pack(">4I", 0x803, 3, 2, 3) + bytes(range(18))
    labels = struct.pack(">2I", 0x801, 3) + bytes([0, 1, 9])
    for name, content in (("images", images), ("labels", labels)):
        write("idx", name, content)
        write("idx", name + ".gz", gzip.compress(content, mtime=0))
        write("idx", name + "-cut.gz", gzip.compress(content, mtime=0)[:-6])
    write("idx", "two-streams.gz", gzip.compress(labels[:4], mtime=0) + gzip.compress(labels[4:], mtime=0))
    write("idx", "huge", struct.pack(">4I", 0x803, 0xFFFFFFFF, 0xFFFFFFFF, 2) + b"\0")
    write("idx", "bad-label", struct.pack(">2I", 0x801, 3) + bytes([0, 1, 10]))


def cifar():
    record = bytes([3]) + bytes(i % 7 for i in range(3072))
    write("cifar", "one", record)
    write("cifar", "two", record + bytes([9]) + bytes(3072))
    write("cifar", "bad-label", bytes([10]) + bytes(3072))
    names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    write("cifar", "names", "\n".join(names) + "\n\n")
    write("cifar", "names-crlf", "\ufeff" + "\r\n".join(names))


def archive(entries, form):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form, bufsize=512) as tar:
        for name, kind, content in entries:
            info = tarfile.TarInfo(name)
            info.type, info.size = kind, len(content) if kind == tarfile.REGTYPE else 0
            info.linkname = content.decode() if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else ""
            tar.addfile(info, io.BytesIO(content) if kind == tarfile.REGTYPE else None)
    return out.getvalue().rstrip(b"\0") + bytes(1024)


def tar():
    folder = "cifar-10-batches-bin"
    file, link = tarfile.REGTYPE, tarfile.SYMTYPE
    usual = [(folder, tarfile.DIRTYPE, b""), (folder + "/batches.meta.txt", file, b"cat\ndog\n"),
             (folder + "/data_batch_1.bin", file, bytes(range(200)))]
    for name, form in (("ustar", tarfile.USTAR_FORMAT), ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT)):
        content = archive(usual, form)
        content += bytes(-len(content) % 512)
        write("tar", name, content)
    write("tar", "packed.gz", gzip.compress(archive(usual, tarfile.USTAR_FORMAT), mtime=0))
    write("tar", "outside", archive([("../batches.meta.txt", file, b"x")], tarfile.USTAR_FORMAT))
    write("tar", "absolute", archive([("/batches.meta.txt", file, b"x")], tarfile.USTAR_FORMAT))
    write("tar", "link", archive([("batches.meta.txt", link, b"/etc/passwd")], tarfile.USTAR_FORMAT))
    write("tar", "hard-link", archive([("batches.meta.txt", tarfile.LNKTYPE, b"x")], tarfile.USTAR_FORMAT))
    write("tar", "twice", archive([("batches.meta.txt", file, b"x")] * 2, tarfile.USTAR_FORMAT))
    write("tar", "long-name", archive([("long/" * 40 + "x", file, b"x")], tarfile.GNU_FORMAT))
    write("tar", "pax-name", archive([("\u00fc" * 60, file, b"x")], tarfile.PAX_FORMAT))


def safetensors_of(header, data):
    text = header if isinstance(header, str) else json.dumps(header, separators=(",", ":"))
    return struct.pack("<Q", len(text)) + text.encode() + bytes(data)


def safetensors():
    two = {"__metadata__": {"format": "pt"}, "a": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]},
           "b.weight": {"dtype": "U8", "shape": [3], "data_offsets": [8, 11]}}
    write("safetensors", "two", safetensors_of(two, 11))
    write("safetensors", "none", safetensors_of({}, 0))
    scalar = {"x": {"dtype": "BF16", "shape": [], "data_offsets": [0, 2]}}
    write("safetensors", "scalar", safetensors_of(scalar, 2))
    empty = {"x": {"dtype": "I64", "shape": [0, 9223372036854775807], "data_offsets": [0, 0]}}
    write("safetensors", "empty-and-huge", safetensors_of(empty, 0))
    write("safetensors", "overlap", safetensors_of({k: scalar["x"] for k in "xy"}, 2))
    write("safetensors", "deep", safetensors_of('{"a":' + "[" * 200 + "]" * 200 + "}", 0))
    write("safetensors", "twice", safetensors_of('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{}}', 0))
    write("safetensors", "long-header", struct.pack("<Q", 1 << 63) + b"{}")


def npy_of(descr, shape, data, order="False", version=1):
    text = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}"
    fixed = 10 if version == 1 else 12
    text += " " * (-(fixed + len(text) + 1) % 64) + "\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(text)) + text.encode() + data


def npy():
    floats = struct.pack("<6f", *range(6))
    write("npy", "matrix", npy_of("<f4", "(3, 2)", floats))
    write("npy", "fortran", npy_of("<f4", "(3, 2)", floats, order="True"))
    write("npy", "big-endian", npy_of(">f8", "(3,)", struct.pack(">3d", 0, 1, 2)))
    write("npy", "images-2", npy_of("|u1", "(1, 1, 2, 2)", bytes(4), version=2))
    write("npy", "half-3", npy_of("<f2", "(2, 2)", bytes(8), version=3))
    write("npy", "labels", npy_of("<i8", "(3, 1)", struct.pack("<3q", 0, -1, 2)))
    write("npy", "nan-labels", npy_of("<f8", "(2,)", struct.pack("<2d", float("nan"), 3)))
    write("npy", "huge-labels", npy_of("<f8", "(2,)", struct.pack("<2d", 1e300, float("-inf"))))
    write("npy", "bools", npy_of("|b1", "(2, 2)", bytes([0, 1, 2, 0])))
    write("npy", "huge-shape", npy_of("<f4", "(4294967296, 4294967296)", b""))
    write("npy", "overflow-then-zero", npy_of("|u1", "(4611686018427387904, 3, 0)", b""))
    write("npy", "objects", npy_of("|O", "(1,)", b"cos\nsystem\n"))


def tables():
    write("table", "flowers", "id,length,color,class\na,1.5,red,x\nb,,blue,y\nc,2e3,red,\nd,NA,,x\n")
    write("table", "no-header", "1,2,0\n3,4,1\n5,6,0\n")
    write("table", "semicolon", "a;b;y\n1,5;x;0\n2,5;z;1\n-0,25e3;x;0\n")
    write("table", "tabs", "a\tb\ty\r\n1\t2\tu\r\n3\t4\tv\r\n")
    write("table", "quotes", '"a, b","c ""d""",label\n1,"x\ny",p\n2,"z",q\n')
    write("table", "bom", "\ufeffa,label\n1,p\n2,q\n")
    write("table", "infinite", "a,label\ninf,p\n1e999,q\n")
    write("table", "open-quote", 'a,label\n"1,p\n')
    write("label_table", "header", "path,label,role\ncats/1.jpg,cat,train\n2.jpg,dog,test\n3.jpg,,unlabeled\n")
    write("label_table", "plain", "1.jpg,cat\n2.jpg,dog,\n")
    write("label_table", "three", "a/1.jpg,cat,val\nb.jpg,dog,\n")
    write("label_table", "ids", "label;id\r\ncat;1\r\ndog;2\r\n")
    write("label_table", "tabs", "file\tclass\tsplit\n./a//b.jpg\t cat \tTEST\n")
    write("label_table", "outside", "path,label\na/../../b,cat\n")
    write("label_table", "quotes", 'path,label\n"a,""b"".jpg","x\ny"\n')
    steps = ['{"n":1,"at":"2026-11-29T22:10:05Z","do":"answer","set":[["b","dog",null],["a",0,"cat"]]}',
             '{"n":2,"at":"","do":"add","to":"cow"}',
             '{"n":3,"at":"","do":"rename","from":"dog","to":"cow","set":[["b","cow","dog"]]}',
             '{"n":4,"at":"","do":"rename","from":"cow","to":"\u00fc","set":[["b","\u00fc","cow"]]}',
             '{"n":5,"at":"","do":"remove","from":"dog"}', '{"n":6,"at":"","do":"table","of":5}']
    undone = [f'{{"n":{7 + i},"at":"","do":"undo","of":{5 - i}}}' for i in range(5)]
    write("label_journal", "steps", "\n".join(steps) + "\n")
    write("label_journal", "undone", "\n".join(steps + undone) + "\n")
    write("label_journal", "undo_of_nothing", undone[0] + "\n")
    write("label_journal", "bad_class", '{"n":1,"at":"","do":"answer","set":[["a","\\u0000",null]]}\n')
    write("label_ids", "numbers", "0\n11\n\n3\n")
    write("label_ids", "names", "\ufeffcats/1.jpg\r\na\r\n\u00fc\r\n7\r\n")
    write("label_ids", "twice", "1\n1\n")
    write("label_ids", "beyond", "12\n-1\n99999999999999999999\n")
    write("label_ids", "latin-1", b"\xfc\n")


def texts():
    for i, words in enumerate(["none", "flip shift:4:reflect cutout:8", "shift randaugment cutout", "rotate:15 noise:0.1",
                               "resized-crop:0.5 flip", "cutout:1e9 flip:2:x ::", "0.25 1 2e-3", "noise:nan shift:-0"]):
        write("augmentation", str(i), words)
    write("cache_index", "none", "sslhost images 1\n12 0\nend\n")
    write("cache_index", "two", "sslhost images 1\n12 2\n3 damaged cut after 1,204 bytes\n7 passing Permission denied\nend\n")
    write("cache_index", "deep", "sslhost images 1\n12 0\n16-bit 3 4095\nend\n")
    schema = {"format": 1, "header": True, "columns": 4, "label": "class", "label_column": 3, "id": "id", "id_column": 0,
              "left_out": ["note"], "features": [{"name": "length", "column": 1, "fill": 1.5},
                                                 {"name": "color", "column": 2, "categories": ["blue", "red"], "missing": True}]}
    write("knowledge", "schema", json.dumps(schema))
    write("knowledge", "no-id", json.dumps({**schema, "id": "", "id_column": None}))
    write("knowledge", "fill", json.dumps({"format": 1, "fill": [0.5, -1e30]}))
    write("knowledge", "fit", '{"fit":"crop","format":1}')
    write("knowledge", "huge-column", json.dumps({**schema, "label_column": 1e300}))
    write("knowledge", "negative-column", json.dumps({**schema, "id_column": -1}))
    write("recipe", "types", '# a recipe\nlabels = 100\nvalidation = 0.25\nmodel = "mlp-256-256"\noverlap = false\nsplit-seed = 1_000\n')
    write("recipe", "names", 'weak = "flip shift:4"\nstandardize = "true"\ndeviation = "0.5"\ndata = """a\nb"""\n')
    write("recipe", "wrong", "labels = [1, 2]\n[table]\nx = 1979-05-27\n")
    write("recipe", "values", "average = nan\nvalidation = inf\nseed = 0x7fffffffffffffff\nholdout = -1\n")
    write("recipe", "escapes", 'data = "\\u00fc\\t\\\\"\nout = \'C:\\temp\'\n')


def plugin_record():
    def text(value, size):
        return value.encode().ljust(size, b"\0")
    platform = struct.pack("<12H", 0, 2, 2, 11, 0, 13, 0, 1, 12, 12, 0, 0) + text("libstdc++", 12) + text("gcc", 12)
    record = b"SSLHOST\0" + struct.pack("<I", 280) + platform + struct.pack("<I", 1) + text("toy", 32) + text("0.1.0", 24)
    record += text("A method for tests", 160)
    names = b"\0.sslhost\0.shstrtab\0"
    start = 64 + len(record)
    start_of_names, sections = start, (start + len(names) + 7) // 8 * 8

    def elf(kind=3, machine=62):
        header = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", kind, machine, 1, 0, 0, sections, 0, 64, 56, 0, 64, 3, 2)
        table = bytes(64) + struct.pack("<IIQQQQIIQQ", 1, 1, 2, 0, 64, len(record), 0, 0, 4, 0)
        table += struct.pack("<IIQQQQIIQQ", 10, 3, 0, 0, start_of_names, len(names), 0, 0, 1, 0)
        return (header + record + names).ljust(sections, b"\0") + table
    write("plugin_record", "whole", elf())
    write("plugin_record", "program", elf(kind=2))
    write("plugin_record", "other-machine", elf(machine=183))
    write("plugin_record", "cut", elf()[:-40])
    write("plugin_record", "header-only", elf()[:60])
    write("plugin_record", "text", "not a library\n")


def of_run(run):
    record = json.loads((run / "run.json").read_text())
    record["options"] = dict(list(record["options"].items())[:3])
    write("run_record", "finished", json.dumps(record, separators=(",", ":")))
    write("run_record", "running", json.dumps({k: v for k, v in record.items() if k != "results"} | {"status": "running"}))
    write("run_record", "beyond-double", '{"status":"running","seconds":1e999}')
    write("split", "beyond-double", '{"format":"sslhost split","version":1e999}')
    write("checkpoint", "beyond-double", '{"format":1e999}')
    rows = (run / "metrics.jsonl").read_text().splitlines(True)
    write("metrics", "two", rows[0] + rows[-1])
    write("metrics", "not-finite", '{"iteration":1,"phase":"a","seconds":0.5,"x":"NaN","y":"Infinity","z":"-Infinity"}\n')
    write("metrics", "huge-iteration", '{"iteration":1e300,"phase":"a","seconds":1}\n')
    split = (run / "split.json").read_text()
    write("split", "rings", split)
    changed = json.loads(split)
    changed["names"] = ["a", "b", "c", "d"]
    write("split", "names", json.dumps(changed))
    changed.update(version=2, unlabeled_size=9, content="7ac1", changes=[{"iteration": 3, "from": "5b22"}])
    write("split", "unlabeled-part", json.dumps(changed))
    content = (run / "checkpoint.safetensors").read_bytes()
    header = json.loads(content[8:8 + struct.unpack("<Q", content[:8])[0]])
    state = json.loads(header["__metadata__"]["sslhost_checkpoint"])
    state["options"] = {key: state["options"][key] for key in ("seed", "plugin")}
    write("checkpoint", "rings", json.dumps(state))
    write("checkpoint", "best", json.dumps({**state, "best": {"score": 0.5, "iteration": 20}, "fixed": ["net.0.weight"]}))
    write("checkpoint", "huge-phase", json.dumps({**state, "phase": 1e300}))
    write("checkpoint", "negative-iteration", json.dumps({**state, "iteration": -1}))


if __name__ == "__main__":
    for make in (idx, cifar, tar, safetensors, npy, tables, texts, plugin_record):
        make()
    of_run(pathlib.Path(sys.argv[1]))
