# SPDX-License-Identifier: Apache-2.0
# sslhost::torch: LibTorch as one imported target, for our own build and for plugins outside it.
# LibTorch's own package is not used: it demands nvcc from every plugin, rewrites CMAKE_CUDA_FLAGS, and links the
# machine's CUDA libraries instead of the ones that LibTorch was built with and brings along.
include_guard(GLOBAL)
include("${CMAKE_CURRENT_LIST_DIR}/SslhostDependencies.cmake")

# What the user says, then what scripts/setup chose (which looks at LIBTORCH too), then LIBTORCH without set-up.
set(_prefix "")
foreach(_candidate "${SSLHOST_TORCH_PREFIX}" "${SSLHOST_SETUP_TORCH}" "$ENV{LIBTORCH}")
  if(_candidate AND NOT _prefix)
    set(_prefix "${_candidate}")
  endif()
endforeach()
set(_header "${_prefix}/include/torch/headeronly/version.h")
if(NOT EXISTS "${_header}")
  message(FATAL_ERROR
    "LibTorch ${SSLHOST_TORCH_VERSION} expected in '${_prefix}', not found.\n"
    "Run scripts/setup, or pass -DSSLHOST_TORCH_PREFIX=DIR (the folder with include/ and lib/).")
endif()

file(STRINGS "${_header}" _lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
string(REGEX REPLACE "[^0-9]+([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+).*" "\\1.\\2.\\3" _found "${_lines}")
string(REGEX MATCH "^[0-9]+\\.[0-9]+" _wanted "${SSLHOST_TORCH_VERSION}")
if(NOT _found MATCHES "^${_wanted}\\.")  # C++ interfaces change between minor versions
  message(FATAL_ERROR "LibTorch ${_wanted}.x expected, ${_found} found in '${_prefix}'.")
endif()

add_library(sslhost::torch INTERFACE IMPORTED GLOBAL)
# Imported targets' folders are system folders for whoever links them: no warnings from LibTorch's headers.
target_include_directories(sslhost::torch INTERFACE
  "${_prefix}/include" "${_prefix}/include/torch/csrc/api/include")

# CUDA's headers beside LibTorch (Python's layout), and the toolkit's for what is missing there. nvcc brings its own.
cmake_path(GET _prefix PARENT_PATH _site)
foreach(_dir "${_site}/nvidia/cu13/include" "${SSLHOST_CUDA_ROOT}/include")
  if(EXISTS "${_dir}/cuda_runtime_api.h")
    target_include_directories(sslhost::torch INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${_dir}>")
  endif()
endforeach()

# libstdc++ first: LibTorch exports an old std::filesystem of its own, whose remove_all() calls a null pointer.
target_link_libraries(sslhost::torch INTERFACE stdc++)
# Full paths, so that CMake sets the run-time search path to these folders.
foreach(_name torch_cpu c10)
  if(NOT EXISTS "${_prefix}/lib/lib${_name}.so")
    message(FATAL_ERROR "'${_prefix}/lib/lib${_name}.so' not found: LibTorch is incomplete. Run scripts/setup.")
  endif()
  target_link_libraries(sslhost::torch INTERFACE "${_prefix}/lib/lib${_name}.so")
endforeach()
# What a linker would drop as unused may be reached by registration alone.
target_link_options(sslhost::torch INTERFACE "LINKER:--no-as-needed")

# sslhost::torch_cuda: the same with CUDA, for what calls it. All else must load on machines without any CUDA.
add_library(sslhost::torch_cuda INTERFACE IMPORTED GLOBAL)
target_link_libraries(sslhost::torch_cuda INTERFACE sslhost::torch)
foreach(_name torch_cuda c10_cuda)
  if(EXISTS "${_prefix}/lib/lib${_name}.so")
    target_link_libraries(sslhost::torch_cuda INTERFACE "${_prefix}/lib/lib${_name}.so")
  endif()
endforeach()
file(GLOB _cudart "${_site}/nvidia/cu13/lib/libcudart.so.*" "${_prefix}/lib/libcudart*.so.*")
if(_cudart)
  list(GET _cudart 0 _cudart)
  target_link_libraries(sslhost::torch_cuda INTERFACE "${_cudart}")
endif()

# What LibTorch was built with, for the headers of torch/csrc/distributed.
# Headers of single operators: ATen/TensorOperators.h alone would bring all of them.
target_compile_definitions(sslhost::torch INTERFACE AT_PER_OPERATOR_HEADERS)
target_compile_definitions(sslhost::torch INTERFACE USE_DISTRIBUTED USE_C10D_GLOO USE_C10D_NCCL)

# Without -fopenmp at::parallel_for() is a plain loop, and nothing says so. LibTorch's own runtime: a second one would
# have threads of its own.
target_compile_options(sslhost::torch INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:-fopenmp>")
file(GLOB _openmp "${_prefix}/lib/libgomp*.so*" "${_site}/torch.libs/libgomp*.so*")
if(_openmp)
  list(GET _openmp 0 _openmp)
  target_link_libraries(sslhost::torch INTERFACE "${_openmp}")
else()
  target_link_options(sslhost::torch INTERFACE -fopenmp)
endif()

set(SSLHOST_TORCH_USED "${_prefix}")  # for the installed package
message(STATUS "LibTorch ${_found}: ${_prefix}")
