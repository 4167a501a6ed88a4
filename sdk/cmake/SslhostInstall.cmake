# SPDX-License-Identifier: Apache-2.0
# The installed SDK: find_package(sslhost) gives sslhost::sdk, sslhost::torch and sslhost_add_plugin(), and for programs
# that train and predict, sslhost::engine.
# Plugins and datasets install themselves (sslhost_add_plugin).
include(CMakePackageConfigHelpers)
set(_package "${CMAKE_INSTALL_LIBDIR}/cmake/sslhost")

foreach(_target sslhost sslhost-worker)
  if(TARGET ${_target})
    install(TARGETS ${_target} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  endif()
endforeach()

if(TARGET sslhost_engine)
  set_target_properties(sslhost_engine PROPERTIES EXPORT_NAME engine)
  install(TARGETS sslhost_engine EXPORT sslhostTargets LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/host/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
endif()

if(TARGET sslhost_sdk)
  set_target_properties(sslhost_sdk PROPERTIES EXPORT_NAME sdk)
  install(TARGETS sslhost_sdk EXPORT sslhostTargets LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
  install(TARGETS sslhost_cuda LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" NAMELINK_SKIP)
  install(EXPORT sslhostTargets NAMESPACE sslhost:: DESTINATION "${_package}")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/sdk/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
endif()

configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/sdk/cmake/sslhostConfig.cmake.in" "${PROJECT_BINARY_DIR}/package/sslhostConfig.cmake"
  INSTALL_DESTINATION "${_package}" PATH_VARS CMAKE_INSTALL_BINDIR CMAKE_INSTALL_LIBDIR)
# Before 1.0 a minor version may change the interface, as the record in each plugin says.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/sslhostConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
# For installations that stay on this machine; scripts/package leaves it out.
file(WRITE "${PROJECT_BINARY_DIR}/package/SslhostTorchUsed.cmake" "set(SSLHOST_TORCH_USED \"${SSLHOST_TORCH_USED}\")\n")
install(FILES "${PROJECT_BINARY_DIR}/package/sslhostConfig.cmake"
              "${PROJECT_BINARY_DIR}/package/SslhostTorchUsed.cmake"
              "${PROJECT_BINARY_DIR}/package/sslhostConfigVersion.cmake" DESTINATION "${_package}")
# Every module but those of our own build, with what lies beside them (the version script of plugins).
install(DIRECTORY "${PROJECT_SOURCE_DIR}/sdk/cmake/" DESTINATION "${_package}"
        PATTERN "*.in" EXCLUDE PATTERN "SslhostSettings.cmake" EXCLUDE PATTERN "SslhostInstall.cmake" EXCLUDE)
