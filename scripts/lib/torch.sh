# SPDX-License-Identifier: Apache-2.0
# LibTorch and nvcc: which to use, and fetching them where the machine has none. Sourced by scripts/setup.
#   $cache/dependencies.cmake   what was chosen; CMake reads it
#   $cache/torch, $cache/nvcc   what was fetched: a Python environment each, with a file `complete` written last
#   $cache/stamp                written last of all: what was wanted, then the files that must be there
stamp=$cache/stamp

# Everything that the choice depends on, as text to compare (no process is started).
wanted() {
  echo "layout 1, LibTorch $torch_version, CUDA $cuda_version"
  echo "LIBTORCH=${LIBTORCH-} CUDA_HOME=${CUDA_HOME-} nvcc=$(type -P nvcc || true)"
  echo "$(<"$root/scripts/lib/requirements-torch.txt")"
  echo "$(<"$root/scripts/lib/requirements-nvcc.txt")"
}

is_ready() {
  local text file
  [[ -f $stamp ]] || return 1
  text=$(<"$stamp")
  [[ ${text%%$'\n'files:*} == "$(wanted)" && $text == *$'\nend' ]] || return 1
  while read -r file; do
    [[ $file == end ]] || [[ -e $file ]] || return 1
  done <<<"${text##*$'\n'files:$'\n'}"
}

# A LibTorch of the wanted minor version, built for the wanted CUDA: DIR/include, DIR/lib and a version in a file.
fits() {
  local dir=$1 text= file
  for file in "$dir/version.py" "$dir/build-version"; do
    [[ -f $file ]] && text+=$(<"$file")
  done
  [[ $text == *"${torch_version%.*}."*"+cu${cuda_version//./}"* && -e $dir/lib/libtorch_cuda.so &&
     -e $dir/include/torch/headeronly/version.h ]]
}

# Prints the folder of a LibTorch that is already here; fails where none fits.
find_torch() {
  local dir
  if [[ -n ${LIBTORCH-} ]]; then
    if fits "$LIBTORCH"; then realpath "$LIBTORCH"; return; fi
    say "LIBTORCH=$LIBTORCH is not LibTorch ${torch_version%.*}.x for CUDA $cuda_version; not used"
  fi
  is_fetched torch && return 1  # what was fetched once stays the choice, whatever Python is active
  dir=$(python3 -c 'import importlib.util as u
s = u.find_spec("torch")
print(list(s.submodule_search_locations)[0] if s and s.submodule_search_locations else "")' 2>/dev/null) || return 1
  [[ -n $dir ]] && fits "$dir" && echo "$dir"
}

# Prints the root of a toolkit of the wanted version that is already here; fails where there is none.
find_cuda() {
  local nvcc
  for nvcc in "${CUDA_HOME:+$CUDA_HOME/bin/nvcc}" /usr/local/cuda/bin/nvcc "$(type -P nvcc || true)"; do
    [[ -x $nvcc ]] || continue
    nvcc=$(realpath "$nvcc")
    if [[ $("$nvcc" --version) == *"release $cuda_version,"* && -e ${nvcc%/bin/nvcc}/include/cuda_runtime.h ]]; then
      echo "${nvcc%/bin/nvcc}"
      return
    fi
  done
  return 1
}

is_fetched() { [[ -f $cache/$1/complete && $(<"$cache/$1/complete") == "$(<"$root/scripts/lib/requirements-$1.txt")" ]]; }

# Makes $cache/NAME from requirements-NAME.txt: afresh, since pip cannot tell half a package from a whole one.
fetch() {
  local name=$1 gigabytes=$2 free log=$cache/pip.log
  is_fetched "$name" && return
  free=$(df --output=avail -B1G "$cache" | tail -n 1)
  ((free > gigabytes)) || die 4 "$cache has $((free)) GB free; $name needs $gigabytes"
  say "fetching $name ($gigabytes GB of disk at most; once per user, a minute or two)"
  if ! python3 -c 'import ensurepip' 2>/dev/null; then require_packages python3-venv; fi
  rm -rf "${cache:?}/$name"
  python3 -m venv "$cache/$name"
  if ! "$cache/$name/bin/python" -m pip install --quiet --no-input --disable-pip-version-check --no-cache-dir \
       --no-deps --requirement "$root/scripts/lib/requirements-$name.txt" >"$log" 2>&1 </dev/null; then
    tail -n 10 "$log" >&2
    die 2 "$name could not be fetched (whole log: $log); the same command again starts afresh"
  fi
  if [[ $name == nvcc ]]; then link_toolkit "$(echo "$cache"/nvcc/lib/python3*/site-packages/nvidia/cu13)"; fi
  cp "$root/scripts/lib/requirements-$name.txt" "$cache/$name/complete"
}

# The wheels hold versioned libraries in lib/; nvcc and CMake look for unversioned ones, and for lib64/.
link_toolkit() {
  local toolkit=$1 file name
  [[ -e $toolkit/lib64 ]] || ln -s lib "$toolkit/lib64"
  for file in "$toolkit"/lib/lib*.so.*; do
    name=${file##*/}
    [[ -e ${file%%.so.*}.so ]] || ln -s "$name" "${file%%.so.*}.so"
  done
}

prepare() {
  local torch cuda
  rm -f "$stamp"
  torch=$(find_torch) || torch=
  if [[ -z $torch ]]; then
    fetch torch 5
    torch=$(echo "$cache"/torch/lib/python3*/site-packages/torch)
    if ! fits "$torch"; then rm -f "$cache/torch/complete"; fetch torch 5; fi  # damaged since
    fits "$torch" || die 2 "what was fetched is not LibTorch ${torch_version%.*}.x for CUDA $cuda_version: $torch"
  fi
  cuda=$(find_cuda) || cuda=
  if [[ -z $cuda ]]; then
    fetch nvcc 1
    cuda=$(echo "$cache"/nvcc/lib/python3*/site-packages/nvidia/cu13)
    if [[ ! -x $cuda/bin/nvcc ]]; then rm -f "$cache/nvcc/complete"; fetch nvcc 1; fi
    "$cuda/bin/nvcc" --version >/dev/null || die 2 "nvcc does not run: $cuda/bin/nvcc"
  fi
  say "LibTorch: $torch"
  say "CUDA:     $cuda"
  printf '# Written by scripts/setup.\nset(SSLHOST_SETUP_TORCH "%s")\nset(SSLHOST_CUDA_ROOT "%s")\n' \
    "$torch" "$cuda" >"$chosen.new"
  # The same choice keeps its time stamp, or every build folder would be configured again.
  if cmp -s "$chosen.new" "$chosen"; then rm "$chosen.new"; else mv "$chosen.new" "$chosen"; fi
  { wanted; printf 'files:\n%s\n' "$chosen" "$torch/lib/libtorch_cuda.so" "$torch/lib/libtorch_cpu.so" \
      "$torch/include/torch/headeronly/version.h" "$cuda/bin/nvcc" "$cuda/include/cuda_runtime.h" | awk '!seen[$0]++'
    echo end; } >"$stamp.new"
  mv "$stamp.new" "$stamp"
}
