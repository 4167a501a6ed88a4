# SPDX-License-Identifier: Apache-2.0
# Which LibTorch and CUDA this release is built with, and where scripts/setup put them.
# scripts/lib/common.sh reads the two versions from here: keep them literal, one set() a line.
set(SSLHOST_TORCH_VERSION 2.11.0)
set(SSLHOST_CUDA_VERSION 13.0.2)
if(SSLHOST_OTHER_TORCH)  # scripts/other-torch
  set(SSLHOST_TORCH_VERSION "${SSLHOST_OTHER_TORCH}")
endif()

# scripts/setup keeps its downloads, and a file that says what it chose, in a per-user cache folder.
if(NOT "$ENV{SSLHOST_CACHE}" STREQUAL "")  # set, and not empty, as scripts/lib/common.sh
  set(_sslhost_cache "$ENV{SSLHOST_CACHE}")
elseif(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(_sslhost_cache "$ENV{XDG_CACHE_HOME}/sslhost")
else()
  set(_sslhost_cache "$ENV{HOME}/.cache/sslhost")
endif()
set(SSLHOST_DEPENDENCIES "${_sslhost_cache}/torch-${SSLHOST_TORCH_VERSION}/dependencies.cmake")
# Sets SSLHOST_SETUP_TORCH and SSLHOST_CUDA_ROOT.
include("${SSLHOST_DEPENDENCIES}" OPTIONAL)

# This CMake looks for nvcc in PATH and CUDACXX only; the one that setup chose comes first.
if(NOT DEFINED CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX} AND SSLHOST_CUDA_ROOT)
  set(CMAKE_CUDA_COMPILER "${SSLHOST_CUDA_ROOT}/bin/nvcc" CACHE FILEPATH "CUDA compiler")
  set(CUDAToolkit_ROOT "${SSLHOST_CUDA_ROOT}" CACHE PATH "CUDA toolkit")
  set(CUDA_TOOLKIT_ROOT_DIR "${SSLHOST_CUDA_ROOT}" CACHE PATH "CUDA toolkit")
endif()
