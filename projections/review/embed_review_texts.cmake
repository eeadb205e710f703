# Turns review.txt ("key|nb|nn|en", # comments) into rows of a C++ array, sorted by key by the file
# itself; review_texts.cc checks that. A text that is missing in one language ends the build.
file(STRINGS "${IN}" lines ENCODING UTF-8)
set(rows "// Made from review.txt.\n")
foreach(line IN LISTS lines)
  if(line STREQUAL "" OR line MATCHES "^#")
    continue()
  endif()
  if(NOT line MATCHES "^([A-Za-z0-9.]+)\\|([^|\"]+)\\|([^|\"]+)\\|([^|\"]+)$")
    message(FATAL_ERROR "review.txt: ${line}")
  endif()
  string(APPEND rows "{\"${CMAKE_MATCH_1}\", {\"${CMAKE_MATCH_2}\", \"${CMAKE_MATCH_3}\", "
                     "\"${CMAKE_MATCH_4}\"}},\n")
endforeach()
file(WRITE "${OUT}" "${rows}")
