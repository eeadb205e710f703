# Every third-party library, found once. Which folder may use which is in docs/architecture.md
# and held by the include-arrow test.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS unit_test_framework json url)
find_package(RocksDB REQUIRED)
# Its probe for libatomic compiles a built-in's name, which warns; a warning must not decide here.
set(warnings_as_errors ${CMAKE_COMPILE_WARNING_AS_ERROR})
set(CMAKE_COMPILE_WARNING_AS_ERROR OFF)
find_package(CapnProto REQUIRED)
set(CMAKE_COMPILE_WARNING_AS_ERROR ${warnings_as_errors})
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto SSL)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(CLI11 REQUIRED)
find_package(benchmark REQUIRED)
find_package(LibArchive REQUIRED)
pkg_check_modules(gfshare REQUIRED IMPORTED_TARGET libgfshare)
pkg_check_modules(jose REQUIRED IMPORTED_TARGET jose jansson)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(systemd REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)

# Howard Hinnant's date with the system's tzdata; Debian's target is date::date-tz.
find_package(date REQUIRED)

find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
find_path(RAPIDCHECK_INCLUDE rapidcheck.h REQUIRED)
add_library(rapidcheck INTERFACE IMPORTED)
target_link_libraries(rapidcheck INTERFACE "${RAPIDCHECK_LIBRARY}")
target_include_directories(rapidcheck SYSTEM INTERFACE "${RAPIDCHECK_INCLUDE}")
