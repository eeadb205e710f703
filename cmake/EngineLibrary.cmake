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

# engine_test(NAME SRCS ... ALONE ... DEPS ...): one Boost.Test program = one ctest test. ALONE:
#   files whose tables are named like those of others, so that they are compiled by themselves.
function(engine_test target)
  cmake_parse_arguments(ARG "" "" "SRCS;ALONE;DEPS" ${ARGN})
  add_executable(${target} ${ARG_SRCS} ${ARG_ALONE})
  if(ARG_ALONE)
    set_source_files_properties(${ARG_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  target_link_libraries(${target} PRIVATE test_main ${ARG_DEPS} Boost::unit_test_framework
    rapidcheck project_warnings)
  target_compile_definitions(${target} PRIVATE BOOST_TEST_DYN_LINK
    STAFETT_SOURCE_DIR="${CMAKE_SOURCE_DIR}" STAFETT_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}")
  add_test(NAME ${target} COMMAND ${target} --color_output=no --catch_system_errors=no)
endfunction()
