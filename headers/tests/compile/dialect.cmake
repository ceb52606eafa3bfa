# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

# Compiles headers in one dialect, each one by itself and twice in a row, without a warning. Takes COMPILER, LANGUAGE (c or
# c++), FLAGS, INCLUDE (the folder that holds cmetrics-1), HEADERS (paths below it), WORK (a folder of its own).
file(MAKE_DIRECTORY "${WORK}")
set(failed 0)
foreach(header IN LISTS HEADERS)
  string(MAKE_C_IDENTIFIER "${header}" unit)
  file(WRITE "${WORK}/${unit}.in" "#include <${header}>\n#include <${header}>\nint cmetrics_compiled(void);\n")
  execute_process(
    COMMAND "${COMPILER}" ${FLAGS} -Wall -Wextra -pedantic -Werror -Wconversion -Wshadow -Wundef -I "${INCLUDE}"
            -x ${LANGUAGE} -c "${WORK}/${unit}.in" -o "${WORK}/${unit}.o"
    RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT result STREQUAL "0")
    message("${header}: ${said}")
    math(EXPR failed "${failed} + 1")
  endif()
endforeach()
list(LENGTH HEADERS count)
if(failed)
  message(FATAL_ERROR "${failed} of ${count} headers do not compile with ${FLAGS}")
elseif(count EQUAL 0)
  message(FATAL_ERROR "no headers were given")
endif()
message(STATUS "${count} headers compile with ${FLAGS}")
