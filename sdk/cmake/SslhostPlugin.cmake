# SPDX-License-Identifier: Apache-2.0
# sslhost_add_plugin(NAME vat KIND method|dataset SOURCES vat.cpp ... [RECIPES recipes/digits.toml ...] [STABLE 2.10] [NO_INSTALL])
#
# One plugin: target and file are named NAME, which is also the id given to SSLHOST_METHOD or SSLHOST_DATASET. Its recipes
# go to recipes/NAME/ beside it. Libraries of its own: target_link_libraries(NAME PRIVATE ...) afterwards.
# STABLE: of the stable tier (sslhost/stable.hpp), for LibTorch from that version on.
# After each build `sslhost validate` makes the checks of levels 1 to 3, unless SSLHOST_VALIDATE is OFF or our own build is
# running, whose tests make all of them.
# All plugins of a build: target sslhost_plugins, global properties SSLHOST_METHODS and SSLHOST_DATASETS; NO_INSTALL keeps
# one out of these and out of the installation (plugins that are test material).
include_guard(GLOBAL)
option(SSLHOST_VALIDATE "Check each plugin once it is built, as far as takes some seconds" ON)
set(SSLHOST_PLUGIN_MAP "${CMAKE_CURRENT_LIST_DIR}/plugin.map" CACHE INTERNAL "")

function(sslhost_add_plugin)
  cmake_parse_arguments(PARSE_ARGV 0 arg "NO_INSTALL" "NAME;KIND;STABLE" "SOURCES;RECIPES")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "sslhost_add_plugin: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_NAME MATCHES "^[a-z0-9_-]+$")
    message(FATAL_ERROR "sslhost_add_plugin: NAME: expected [a-z0-9_-]+, found '${arg_NAME}'")
  endif()
  if(NOT arg_KIND MATCHES "^(method|dataset)$")
    message(FATAL_ERROR "sslhost_add_plugin(${arg_NAME}): KIND: expected method or dataset, found '${arg_KIND}'")
  endif()
  if(NOT arg_SOURCES)
    message(FATAL_ERROR "sslhost_add_plugin(${arg_NAME}): SOURCES: expected at least one file")
  endif()

  add_library(${arg_NAME} MODULE ${arg_SOURCES})
  if(arg_STABLE)
    _sslhost_make_stable(${arg_NAME} "${arg_STABLE}")
  else()
    target_link_libraries(${arg_NAME} PRIVATE sslhost::sdk)
    target_link_options(${arg_NAME} PRIVATE "LINKER:-z,defs")
  endif()
  if(TARGET sslhost::warnings)
    target_link_libraries(${arg_NAME} PRIVATE sslhost::warnings)
  endif()
  if(TARGET sslhost_sdk AND NOT arg_STABLE)  # our own build
    target_precompile_headers(${arg_NAME} REUSE_FROM sslhost_sdk)
  endif()
  # The macro checks that it says the same.
  target_compile_definitions(${arg_NAME} PRIVATE
    "SSLHOST_PLUGIN_NAME=\"${arg_NAME}\"" "SSLHOST_PLUGIN_KIND=${arg_KIND}")
  # A unique symbol would be shared between plugins, and an undefined one would only be found by loading.
  target_compile_options(${arg_NAME} PRIVATE
    "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>" "$<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-fno-gnu-unique>")
  target_link_options(${arg_NAME} PRIVATE "LINKER:--version-script=${SSLHOST_PLUGIN_MAP}")
  set_target_properties(${arg_NAME} PROPERTIES
    LINK_DEPENDS "${SSLHOST_PLUGIN_MAP}"
    CXX_VISIBILITY_PRESET hidden CUDA_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  if("${arg_SOURCES}" MATCHES "\\.cu(;|$)")
    target_link_libraries(${arg_NAME} PRIVATE sslhost::torch_cuda)
    string(REGEX MATCH "^([0-9]+)\\.([0-9]+)" _toolkit "${CMAKE_CUDA_COMPILER_VERSION}")
    # nvcc would take the comma for the end of the definition, and needs it not.
    target_compile_definitions(${arg_NAME} PRIVATE
      "$<$<COMPILE_LANGUAGE:CXX>:SSLHOST_PLUGIN_CUDA=${CMAKE_MATCH_1},${CMAKE_MATCH_2}>")
  endif()

  _sslhost_place_plugin(${arg_NAME} "${arg_RECIPES}")
  if(SSLHOST_VALIDATE AND NOT TARGET sslhost_sdk AND NOT arg_NO_INSTALL AND EXISTS "${sslhost_BIN_DIR}/sslhost")
    add_custom_command(TARGET ${arg_NAME} POST_BUILD VERBATIM
      COMMAND "${sslhost_BIN_DIR}/sslhost" validate --level 3 --quiet "$<TARGET_FILE:${arg_NAME}>")
  endif()
  if(arg_NO_INSTALL)
    return()
  endif()
  _sslhost_install_plugin(${arg_NAME} "${arg_RECIPES}")
  string(TOUPPER "SSLHOST_${arg_KIND}S" _list)
  set_property(GLOBAL APPEND PROPERTY ${_list} ${arg_NAME})
  if(NOT TARGET sslhost_plugins)
    add_custom_target(sslhost_plugins)
  endif()
  add_dependencies(sslhost_plugins ${arg_NAME})
endfunction()

# Headers alone: what it calls of LibTorch is in the process that loads it, of whatever version.
function(_sslhost_make_stable name lowest)
  if(NOT lowest MATCHES "^([0-9]+)\\.([0-9]+)$" OR lowest VERSION_LESS 2.10)
    message(FATAL_ERROR "sslhost_add_plugin(${name}): STABLE: expected LibTorch's lowest version, 2.10 or later, found '${lowest}'")
  endif()
  math(EXPR _version "(${CMAKE_MATCH_1} << 56) + (${CMAKE_MATCH_2} << 48)" OUTPUT_FORMAT HEXADECIMAL)
  target_compile_definitions(${name} PRIVATE "TORCH_TARGET_VERSION=${_version}ULL")
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_include_directories(${name} SYSTEM PRIVATE "$<TARGET_PROPERTY:sslhost::torch,INTERFACE_INCLUDE_DIRECTORIES>"
                                                    "$<TARGET_PROPERTY:sslhost::sdk,INTERFACE_INCLUDE_DIRECTORIES>")
endfunction()

# In the build folder: NAME.so and recipes/NAME/*.toml.
function(_sslhost_place_plugin name recipes)
  set(_built "${CMAKE_BINARY_DIR}/plugins")
  if(SSLHOST_PLUGIN_OUTPUT_DIRECTORY)
    set(_built "${SSLHOST_PLUGIN_OUTPUT_DIRECTORY}")
  endif()
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".so" LIBRARY_OUTPUT_DIRECTORY "${_built}")

  set(_copies)
  foreach(_recipe IN LISTS recipes)
    cmake_path(ABSOLUTE_PATH _recipe BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
    cmake_path(GET _recipe FILENAME _file)
    add_custom_command(OUTPUT "${_built}/recipes/${name}/${_file}" DEPENDS "${_recipe}"
      COMMAND ${CMAKE_COMMAND} -E copy "${_recipe}" "${_built}/recipes/${name}/${_file}")
    list(APPEND _copies "${_built}/recipes/${name}/${_file}")
  endforeach()
  if(_copies)
    add_custom_target(${name}_recipes DEPENDS ${_copies})
    add_dependencies(${name} ${name}_recipes)
  endif()
endfunction()

# The same below <prefix>/lib/sslhost/plugins, where an sslhost of that prefix looks.
function(_sslhost_install_plugin name recipes)
  include(GNUInstallDirs)
  set(_installed "${CMAKE_INSTALL_LIBDIR}/sslhost/plugins")
  # CMake would pad a run path of the build folder's own with colons, and an empty entry means the working folder.
  set_target_properties(${name} PROPERTIES
    INSTALL_RPATH "$ORIGIN/../.." INSTALL_RPATH_USE_LINK_PATH ON BUILD_WITH_INSTALL_RPATH ON)
  install(TARGETS ${name} LIBRARY DESTINATION "${_installed}")
  if(recipes)
    install(FILES ${recipes} DESTINATION "${_installed}/recipes/${name}")
  endif()
endfunction()
