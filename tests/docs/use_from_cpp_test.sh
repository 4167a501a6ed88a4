#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/how-to/use-from-cpp.md, done: a program against the installed engine trains and predicts.
source "${BASH_SOURCE[0]%/*}/../support/walk.sh"
install_sslhost "$work/sslhost"

quietly configure cmake -S "$source_dir/tests/docs/use_from_cpp" -B "$work/build" -G Ninja \
  -DCMAKE_PREFIX_PATH="$work/sslhost" -DCMAKE_BUILD_TYPE=Release
quietly build ninja -C "$work/build"

"$work/build/use_from_cpp" "$work/sslhost/lib/sslhost/plugins" "$work/run" 100 | tee "$work/printed"
[[ $(grep -cE '^[0-9] \([0-9]+ %\)$' "$work/printed") == 3 ]] || fail "three predictions"
grep -qE '^test error ([0-9]|[12][0-9])\.' "$work/printed" || fail "it learnt nothing: guessing is wrong in 90 %"

code=0  # a second run into the same folder is refused, with the exit code of the programs
"$work/build/use_from_cpp" "$work/sslhost/lib/sslhost/plugins" "$work/run" 100 2>"$work/error" || code=$?
[[ $code == 8 ]] || { cat "$work/error"; fail "exit code 8 for a busy folder, found $code"; }

# Photos: bright on the left or on the right.
python3 - "$work/photos" <<'PYTHON'
import pathlib, struct, sys
for i in range(24):
    side = ("left", "right")[i % 2]
    folder = pathlib.Path(sys.argv[1], side)
    folder.mkdir(parents=True, exist_ok=True)
    rows = b"".join(bytes((200 + i if (x < 10) == (side == "left") else 20 + i,) * 3) for _ in range(16) for x in range(20))
    head = struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 54 + len(rows), 0, 0, 54, 40, 20, 16, 1, 24, 0, len(rows), 0, 0, 0, 0)
    pathlib.Path(folder, f"{i}.bmp").write_bytes(head + rows)
PYTHON
"$work/sslhost/bin/sslhost" --data "$work/photos" --plugin supervised --encoder none --model mlp-32 --labels 12 --iterations 60 --recipe none \
  --threads 1 --quiet --out "$work/photo run" >/dev/null
"$work/build/classify" "$work/photo run" "$work/sslhost/lib/sslhost/plugins" "$work"/photos/*/1[0-3].bmp /nowhere.jpg | tee "$work/printed"
[[ $(grep -cE 'left/1[02].bmp: left \([0-9]+ %\)|right/1[13].bmp: right \([0-9]+ %\)' "$work/printed") == 4 ]] || fail "four photos"
grep -q '^/nowhere.jpg: No such file' "$work/printed" || fail "a photo that is not there"
