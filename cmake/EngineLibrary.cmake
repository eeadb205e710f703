# engine_library(NAME SRCS ... DEPS ... PRIVATE_DEPS ... CAPNP ...): one static library per folder.
#   DEPS link PUBLIC, PRIVATE_DEPS and the warnings PRIVATE; CAPNP schemas are compiled into it.
add_library(project_warnings INTERFACE)
target_compile_options(project_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
  -Wnon-virtual-dtor)
# gcc 12 reports false positives in libstdc++ and kj headers at -O2; the sanitizer builds look for
# the real ones.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(project_warnings INTERFACE -Wno-restrict -Wno-stringop-overflow
    -Wno-array-bounds -Wno-stringop-overread -Wno-maybe-uninitialized)
endif()

# Compiles Cap'n Proto schemas in the source folder into an object library of their own, without our
# warnings, as the generated code is not ours.
function(engine_capnp target)
  set(sources)
  foreach(schema IN LISTS ARGN)
    get_filename_component(path "${schema}" ABSOLUTE)
    file(RELATIVE_PATH relative "${CMAKE_SOURCE_DIR}" "${path}")
    set(out "${CMAKE_BINARY_DIR}/schema/${relative}")
    get_filename_component(out_dir "${out}" DIRECTORY)
    add_custom_command(
      OUTPUT "${out}.c++" "${out}.h"
      COMMAND "${CMAKE_COMMAND}" -E make_directory "${out_dir}"
      COMMAND ${CAPNP_EXECUTABLE} compile "-o${CAPNPC_CXX_EXECUTABLE}:${CMAKE_BINARY_DIR}/schema"
              "--src-prefix=${CMAKE_SOURCE_DIR}" "-I${CMAKE_SOURCE_DIR}" -I/usr/include "${path}"
      DEPENDS "${path}" VERBATIM)
    list(APPEND sources "${out}.c++")
  endforeach()
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} SYSTEM PUBLIC "${CMAKE_BINARY_DIR}/schema")
  target_link_libraries(${target} PUBLIC CapnProto::capnp)
endfunction()

function(engine_library target)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS;PRIVATE_DEPS;CAPNP" ${ARGN})
  add_library(${target} STATIC ${ARG_SRCS})
  target_include_directories(${target} PUBLIC "${CMAKE_SOURCE_DIR}")
  if(ARG_CAPNP)
    engine_capnp(${target}_schema ${ARG_CAPNP})
    target_link_libraries(${target} PUBLIC ${target}_schema)
  endif()
  target_link_libraries(${target} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS} project_warnings)
endfunction()

# The suite that all cases of a file are in, by which its test picks them: named like the file, or
# with a word before it where several are named alike. None for what only helps tests.
function(engine_test_suite path suite)
  get_filename_component(stem "${path}" NAME_WE)
  file(STRINGS "${path}" lines REGEX "^ *(BOOST_[A-Z_]*TEST_(CASE|SUITE)|RC_BOOST_)")
  set(depth 0)
  set(found "")
  foreach(line IN LISTS lines)
    if(line MATCHES "TEST_SUITE_END")
      math(EXPR depth "${depth} - 1")
    elseif(depth EQUAL 0)
      if(found OR NOT line MATCHES "^BOOST_AUTO_TEST_SUITE\\((([a-z0-9_]+_)?${stem})\\)$")
        message(FATAL_ERROR "${path}: is to be all one suite, ${stem}, but has: ${line}")
      endif()
      set(found "${CMAKE_MATCH_1}")
      set(depth 1)
    elseif(line MATCHES "TEST_SUITE")
      math(EXPR depth "${depth} + 1")
    endif()
  endforeach()
  get_property(others GLOBAL PROPERTY STAFETT_TEST_SUITES)
  if(NOT found AND stem MATCHES "_test$")
    message(FATAL_ERROR "${path}: has no suite")
  elseif(found IN_LIST others)
    message(FATAL_ERROR "${path}: another test's file has a suite ${found} too")
  endif()
  set_property(GLOBAL APPEND PROPERTY STAFETT_TEST_SUITES ${found})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
  set(${suite} "${found}" PARENT_SCOPE)
endfunction()

# engine_test(NAME SRCS ... DEPS ...): one ctest test, the cases of these files. The program that
# has them is the folder's ${test_program}, for many tests: what a unit of tests costs is headers,
# which are the same for most. The target NAME builds it.
function(engine_test name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  if(NOT TARGET ${test_program})
    add_executable(${test_program})
    set_target_properties(${test_program} PROPERTIES UNITY_BUILD_BATCH_SIZE 16
      RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    target_link_libraries(${test_program} PRIVATE test_main Boost::unit_test_framework rapidcheck
      project_warnings)
    target_compile_definitions(${test_program} PRIVATE BOOST_TEST_DYN_LINK
      STAFETT_SOURCE_DIR="${CMAKE_SOURCE_DIR}" STAFETT_BINARY_DIR="${CMAKE_BINARY_DIR}")
    target_include_directories(${test_program} PRIVATE "${CMAKE_SOURCE_DIR}")
  endif()
  set(suites)
  foreach(source IN LISTS ARG_SRCS)
    get_filename_component(path "${source}" ABSOLUTE)
    target_sources(${test_program} PRIVATE "${path}")
    engine_test_suite("${path}" suite)
    list(APPEND suites ${suite})
  endforeach()
  if(NOT suites)
    message(FATAL_ERROR "${name}: has no tests")
  endif()
  target_link_libraries(${test_program} PRIVATE ${ARG_DEPS})
  list(JOIN suites "," filter)
  add_test(NAME ${name} COMMAND ${test_program} --run_test=${filter} --color_output=no
    --catch_system_errors=no)
  add_custom_target(${name})
  add_dependencies(${name} ${test_program})
endfunction()
