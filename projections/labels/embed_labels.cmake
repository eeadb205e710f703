# Turns labels.txt ("group|key|nb|nn|en", # comments) into rows of a C++ array, sorted by group and
# key by the file itself; labels.cc checks that at start.
file(STRINGS "${IN}" lines ENCODING UTF-8)
set(rows "// Made from labels.txt.\n")
foreach(line IN LISTS lines)
  if(line STREQUAL "" OR line MATCHES "^#")
    continue()
  endif()
  if(NOT line MATCHES "^([a-z]+)\\|([A-Za-z0-9]+)\\|([^|]+)\\|([^|]+)\\|([^|]+)$")
    message(FATAL_ERROR "labels.txt: ${line}")
  endif()
  string(APPEND rows "{LabelGroup::${CMAKE_MATCH_1}, \"${CMAKE_MATCH_2}\", \"${CMAKE_MATCH_3}\", "
                     "\"${CMAKE_MATCH_4}\", \"${CMAKE_MATCH_5}\"},\n")
endforeach()
file(WRITE "${OUT}" "${rows}")
