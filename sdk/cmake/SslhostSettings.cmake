# SPDX-License-Identifier: Apache-2.0
# How our own tree is compiled. Not installed: a plugin outside the tree chooses for itself.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CUDA_STANDARD 20)
set(CMAKE_CUDA_STANDARD_REQUIRED ON)
set(CMAKE_CUDA_EXTENSIONS OFF)
# CMake 3.25 does not know that nvcc speaks C++20.
if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
  set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
  list(APPEND CMAKE_CUDA_COMPILE_FEATURES cuda_std_20)
endif()
set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)  # one runtime in the process: LibTorch's

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Layout as installed, so that a build folder runs as it is.
set(CMAKE_INSTALL_LIBDIR lib)  # programs look for plugins in ../lib
include(GNUInstallDirs)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(SSLHOST_PLUGIN_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib/sslhost/plugins")
set(SSLHOST_PLUGIN_INSTALL_DIR "${CMAKE_INSTALL_LIBDIR}/sslhost/plugins")
set(CMAKE_INSTALL_RPATH "$ORIGIN;$ORIGIN/../lib")
# A run path of its own for the build would end in a colon, and an empty entry means the working folder.
set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)  # LibTorch stays where it is

# The same bytes from every clone: no absolute source path in objects, and so in no compiler cache key.
add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.>")

# LibTorch's checks name the header that they stand in: by its name, not by a folder of this machine.
if(SSLHOST_SETUP_TORCH)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-fmacro-prefix-map=${SSLHOST_SETUP_TORCH}/include/=>")
endif()

add_library(sslhost_warnings INTERFACE)
add_library(sslhost::warnings ALIAS sslhost_warnings)
# g++ 12 sees overlaps in "text" + std::string that are not there: -Wno-restrict.
set(_cxx -Wall -Wextra -Wpedantic -Wno-restrict -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi)
set(_cuda -Xcompiler=-Wall,-Wextra)
if(SSLHOST_WERROR)
  list(APPEND _cxx -Werror)
  list(APPEND _cuda -Werror=all-warnings)
endif()
target_compile_options(sslhost_warnings INTERFACE
  "$<$<COMPILE_LANGUAGE:CXX>:${_cxx}>" "$<$<COMPILE_LANGUAGE:CUDA>:${_cuda}>")

if(SSLHOST_SANITIZE)
  # vptr checks need every class's type information visible across plugins, which hide theirs.
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${SSLHOST_SANITIZE};-fno-sanitize=vptr;-fno-omit-frame-pointer>")
  add_link_options("-fsanitize=${SSLHOST_SANITIZE}")
endif()

if(SSLHOST_FUZZ)
  # libFuzzer sees which code an input reaches; a report of a sanitizer ends the run.
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-fsanitize=fuzzer-no-link;-fno-sanitize-recover=all>")
endif()

# A small library in the program or plugin that uses it: one file less to open at every start and to put into packages, and no more of
# it than is used. Where there is only a shared one, that.
function(sslhost_find_static variable name)
  find_library(${variable} NAMES lib${name}.a ${name} NAMES_PER_DIR REQUIRED)
  mark_as_advanced(${variable})
endfunction()

# LibTorch's headers take seconds a file: with ccache a second clone compiles nothing.
find_program(SSLHOST_CCACHE ccache)
if(SSLHOST_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(_launcher env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros "${SSLHOST_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${_launcher}")
  set(CMAKE_CUDA_COMPILER_LAUNCHER "${_launcher}")
endif()
