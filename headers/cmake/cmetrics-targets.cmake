# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

# The targets, in a checkout and where it is installed. Takes `cmetrics_include` (the folder that holds cmetrics-1),
# `cmetrics_library` (the file; empty where there is none), `cmetrics_import` (its import library, on Windows) and
# `cmetrics_scope` (GLOBAL or nothing).
if(NOT TARGET cmetrics::headers)
  add_library(cmetrics::headers INTERFACE IMPORTED ${cmetrics_scope})
  set_target_properties(cmetrics::headers PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${cmetrics_include}"
    INTERFACE_LINK_LIBRARIES "${CMAKE_DL_LIBS}")
endif()
if(cmetrics_library AND NOT TARGET cmetrics::cmetrics)
  add_library(cmetrics::cmetrics SHARED IMPORTED ${cmetrics_scope})
  set_target_properties(cmetrics::cmetrics PROPERTIES
    IMPORTED_LOCATION "${cmetrics_library}"
    INTERFACE_COMPILE_DEFINITIONS CMETRICS_LINK
    INTERFACE_LINK_LIBRARIES cmetrics::headers)
  if(WIN32)
    set_target_properties(cmetrics::cmetrics PROPERTIES IMPORTED_IMPLIB "${cmetrics_import}")
  elseif(NOT APPLE)
    set_target_properties(cmetrics::cmetrics PROPERTIES IMPORTED_SONAME libcmetrics.so.1)
  endif()
endif()
