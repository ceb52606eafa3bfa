# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

# Installs into a prefix with spaces, moves the tree, and has projects use it there: by CMake, by pkg-config, and the
# checkout itself as a part of a project. Takes BUILD (this project's build), SOURCE (its headers/), WORK (a folder of
# its own), LIBRARY (the file that was installed), GENERATOR and its MAKE_PROGRAM, C_COMPILER, CXX_COMPILER, PKG_CONFIG (may
# be empty).

# Runs a command, and stops with what it said if it fails. What it wrote is in `said`.
function(must)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result STREQUAL "0")
    string(JOIN " " command ${ARGV})
    message(FATAL_ERROR "${command}\nreturned ${result}:\n${output}")
  endif()
  set(said "${output}" PARENT_SCOPE)
endfunction()

# Runs a program that counts once, with `environment`; stops unless it says so.
function(counts environment program)
  must("${CMAKE_COMMAND}" -E env --unset=CMETRICS_LIBRARY --unset=CMETRICS_DISABLE ${environment} "${program}")
  if(NOT said MATCHES "consumed_total 1\n")
    message(FATAL_ERROR "${program} printed no consumed_total:\n${said}")
  endif()
  message(STATUS "${program}: counts")
endfunction()

# Builds the consumer with more settings, and runs what it is.
function(consume name loaded)
  set(build "${WORK}/${name}")
  must("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${build}" -G "${GENERATOR}"
       "-DCMAKE_MAKE_PROGRAM=${MAKE_PROGRAM}" "-DCMAKE_C_COMPILER=${C_COMPILER}" "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}" ${ARGN})
  must("${CMAKE_COMMAND}" --build "${build}")
  foreach(language c cpp)
    counts("CMETRICS_LIBRARY=${loaded}" "${build}/loads_${language}")
    counts("" "${build}/links_${language}")
  endforeach()
endfunction()

file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
set(prefix "${WORK}/a moved prefix")
must("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/a prefix")
file(RENAME "${WORK}/a prefix" "${prefix}")

file(GLOB_RECURSE package "${prefix}/*cmetrics-config.cmake")
get_filename_component(package "${package}" DIRECTORY)
get_filename_component(libraries "${package}/../.." ABSOLUTE)
get_filename_component(name "${LIBRARY}" NAME)
set(installed "${libraries}/${name}")
file(GLOB_RECURSE texts "${prefix}/*.cmake" "${prefix}/*.pc")
foreach(text IN LISTS texts)
  file(READ "${text}" content)
  string(FIND "${content}" "${WORK}" own)
  string(FIND "${content}" "${SOURCE}" source)
  if(NOT own EQUAL -1 OR NOT source EQUAL -1)
    message(FATAL_ERROR "${text} names the place where it was built or installed: the tree cannot be moved")
  endif()
endforeach()

consume("find package" "${installed}" "-Dcmetrics_DIR=${package}")
consume("add subdirectory" "${installed}" "-DCMETRICS_SOURCE=${SOURCE}" "-DCMETRICS_LIBRARY_FILE=${installed}")

# The example of FetchContent, on this checkout instead of one from the network.
get_filename_component(checkout "${SOURCE}" DIRECTORY)
must("${CMAKE_COMMAND}" -S "${checkout}/examples/cpp/fetchcontent" -B "${WORK}/fetchcontent" -G "${GENERATOR}"
     "-DCMAKE_MAKE_PROGRAM=${MAKE_PROGRAM}" "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}"
     "-DFETCHCONTENT_SOURCE_DIR_CMETRICS=${checkout}" -DFETCHCONTENT_FULLY_DISCONNECTED=ON)
must("${CMAKE_COMMAND}" --build "${WORK}/fetchcontent")
counts("CMETRICS_LIBRARY=${installed}" "${WORK}/fetchcontent/app")

if(PKG_CONFIG)
  set(ENV{PKG_CONFIG_PATH} "${libraries}/pkgconfig")
  foreach(module cmetrics-headers-1 cmetrics-1)
    must("${PKG_CONFIG}" --cflags --libs "${module}")
    separate_arguments(flags UNIX_COMMAND "${said}")
    must("${C_COMPILER}" -std=c99 "${CMAKE_CURRENT_LIST_DIR}/consumer.c" ${flags} -o "${WORK}/${module}.c.out")
    must("${CXX_COMPILER}" -std=c++17 "${CMAKE_CURRENT_LIST_DIR}/consumer.cpp" ${flags} -o "${WORK}/${module}.cpp.out")
  endforeach()
  foreach(language c cpp)
    counts("CMETRICS_LIBRARY=${installed}" "${WORK}/cmetrics-headers-1.${language}.out")
    counts("LD_LIBRARY_PATH=${libraries};DYLD_LIBRARY_PATH=${libraries}" "${WORK}/cmetrics-1.${language}.out")
  endforeach()
else()
  message(STATUS "no pkg-config here: its files were not tried")
endif()

# Headers without the library: loading is possible, and asking for the library fails with the reason.
file(REMOVE "${installed}")
execute_process(
  COMMAND "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${WORK}/alone" -G "${GENERATOR}"
          "-DCMAKE_MAKE_PROGRAM=${MAKE_PROGRAM}" "-DCMAKE_C_COMPILER=${C_COMPILER}" "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}" "-Dcmetrics_DIR=${package}"
  RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE said)
string(REGEX REPLACE "[ \n]+" " " said "${said}")
if(result STREQUAL "0" OR NOT said MATCHES "installed without the library")
  message(FATAL_ERROR "without the library, find_package(cmetrics COMPONENTS library) returned ${result}: ${said}")
endif()
