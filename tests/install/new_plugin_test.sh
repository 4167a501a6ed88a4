#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What `sslhost new-plugin` writes builds, passes its own tests and trains as it is, with the commands that it prints.
#   new_plugin_test.sh SOURCE BUILD
source "${BASH_SOURCE[0]%/*}/../support/walk.sh"

install_sslhost "$work/the installation"

# try FOLDER: types what `new-plugin` said.
try() {
  sed -n 's/^  //p' said >commands
  [[ $(wc -l <commands) == 3 ]] || { cat said; fail "not three commands"; }
  (cd "$1" && bash -e ../commands) >"$work/log" 2>&1 || { cat "$work/log"; fail "the commands of $1"; }
}

sslhost new-plugin my-method >said
try my-method
(( $(wc -l <my-method/my-method.cpp) <= 100 )) || fail "more than 100 lines"
cd my-method
[[ $(ls build/plugins) == $'my-method.so\nrecipes' ]] || { ls build/plugins; fail "more beside the plugin than belongs to it"; }
sslhost --plugin-dir build/plugins --plugin my-method --iterations 20 --quiet --json --out "$work/run" | grep -q '"method":"my-method"' ||
  fail "my-method does not train"
cd ..

sslhost new-plugin my-stable --stable >said
try my-stable
readelf -d my-stable/build/plugins/my-stable.so >needed
! grep -q "NEEDED.*\(torch\|c10\|sslhost\)" needed || { cat needed; fail "my-stable needs a certain LibTorch"; }

sslhost new-plugin --dataset my_data --out "another folder" >said
try "another folder"
sslhost data --plugin-dir "another folder/build/plugins" --dataset my_data --data "another folder/example" >data
grep -q '^unlabeled  *2  *-$' data || { cat data; fail "samples without a label are no unlabeled part"; }
[[ $(awk '/^(high|low) / {print $1}' data) == $'high\nlow' ]] || { cat data; fail "the classes are not sorted"; }
sslhost --plugin-dir "another folder/build/plugins" --plugin supervised --dataset my_data --data "another folder/example" --labels 4 \
  --batch 4 --iterations 200 --quiet --json --out "$work/run 2" | grep -q '"test_error":0.0,' || fail "my_data is not learned"
! grep -rq "@[A-Z]*@" my-method my-stable "another folder" --include=*.cpp --include=*.txt --include=*.cmake --include=*.md --include=*.toml ||
  fail "a place was not filled"

code=0
sslhost new-plugin my-method 2>error || code=$?
[[ $code == 2 ]] && grep -q "files in it" error || { cat error; fail "a folder with files: code $code"; }
code=0
sslhost new-plugin --dataset --stable other 2>error || code=$?
[[ $code == 2 && ! -e other ]] && grep -q "leave one out" error || { cat error; fail "--dataset --stable: code $code"; }
for name in My-Method ../x "" "a b" -x 1st; do
  code=0
  sslhost new-plugin -- "$name" >/dev/null 2>error || code=$?
  [[ $code == 2 ]] || { cat error; fail "the name '$name': code $code"; }
done
