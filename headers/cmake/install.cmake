# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

# What is installed: the headers, a CMake package, pkg-config files, and the library if it is given. Nothing of it names
# its own place, so that the tree can be moved as a whole.
include(CMakePackageConfigHelpers)

set(cmetrics_package "${CMAKE_INSTALL_LIBDIR}/cmake/cmetrics")
configure_package_config_file(cmake/cmetrics-config.cmake.in cmetrics-config.cmake
  INSTALL_DESTINATION "${cmetrics_package}"
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR cmetrics_folder)
# A library serves every client of an earlier version (docs/abi), and headers only grow.
write_basic_package_version_file(cmetrics-config-version.cmake COMPATIBILITY SameMajorVersion)
install(DIRECTORY include/cmetrics-1 DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(
  FILES cmake/cmetrics-targets.cmake
        "${CMAKE_CURRENT_BINARY_DIR}/cmetrics-config.cmake"
        "${CMAKE_CURRENT_BINARY_DIR}/cmetrics-config-version.cmake"
  DESTINATION "${cmetrics_package}")

# The way from the folder of the .pc files to each folder: relative, unless the folder was given as an absolute one.
foreach(folder LIBDIR INCLUDEDIR)
  if(IS_ABSOLUTE "${CMAKE_INSTALL_${folder}}" OR IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
    set(cmetrics_pc_${folder} "${CMAKE_INSTALL_FULL_${folder}}")
  else()
    file(RELATIVE_PATH up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
    string(REGEX REPLACE "/$" "" up "${up}")
    set(cmetrics_pc_${folder} "\${pcfiledir}/${up}/${CMAKE_INSTALL_${folder}}")
  endif()
endforeach()
set(cmetrics_pc_dl "")
foreach(library IN LISTS CMAKE_DL_LIBS)
  string(APPEND cmetrics_pc_dl " -l${library}")
endforeach()
set(cmetrics_pc cmetrics-headers-1)
if(CMETRICS_LIBRARY_FILE)
  list(APPEND cmetrics_pc cmetrics-1)
  install(PROGRAMS "${cmetrics_built}" DESTINATION "${cmetrics_folder}" RENAME "${cmetrics_name}")
  if(WIN32)
    install(FILES "${cmetrics_built}.lib" DESTINATION "${CMAKE_INSTALL_LIBDIR}" RENAME "${cmetrics_name}.lib")
  else()
    # The name for the linker is a link to the name for the dynamic linker.
    file(CREATE_LINK "${cmetrics_name}" "${CMAKE_CURRENT_BINARY_DIR}/lib/${cmetrics_link}" SYMBOLIC)
    install(FILES "${CMAKE_CURRENT_BINARY_DIR}/lib/${cmetrics_link}" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
  endif()
endif()
foreach(name IN LISTS cmetrics_pc)
  configure_file("pkgconfig/${name}.pc.in" "${name}.pc" @ONLY)
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${name}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()
