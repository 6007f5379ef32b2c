# Finds librdkafka and defines RdKafka::rdkafka, the name that librdkafka's own CMake config uses: through that config
# where it is installed, through pkg-config where it is not (Debian and others ship none), by looking for the files last.

include(FindPackageHandleStandardArgs)
find_package(RdKafka CONFIG QUIET)
if(RdKafka_FOUND)
  find_package_handle_standard_args(RdKafka CONFIG_MODE)
  return()
endif()

find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(PC_RDKAFKA QUIET rdkafka)
endif()
find_path(RdKafka_INCLUDE_DIR librdkafka/rdkafka.h HINTS ${PC_RDKAFKA_INCLUDE_DIRS})
find_library(RdKafka_LIBRARY rdkafka HINTS ${PC_RDKAFKA_LIBRARY_DIRS})
mark_as_advanced(RdKafka_INCLUDE_DIR RdKafka_LIBRARY)
if(RdKafka_INCLUDE_DIR)
  # 0xMMmmrrff, the last byte for release candidates.
  file(STRINGS "${RdKafka_INCLUDE_DIR}/librdkafka/rdkafka.h" line REGEX "#define RD_KAFKA_VERSION +0x")
  if(line MATCHES "0x([0-9a-f][0-9a-f])([0-9a-f][0-9a-f])([0-9a-f][0-9a-f])")
    math(EXPR major "0x${CMAKE_MATCH_1}")
    math(EXPR minor "0x${CMAKE_MATCH_2}")
    math(EXPR patch "0x${CMAKE_MATCH_3}")
    set(RdKafka_VERSION "${major}.${minor}.${patch}")
  endif()
endif()

find_package_handle_standard_args(RdKafka
  REQUIRED_VARS RdKafka_LIBRARY RdKafka_INCLUDE_DIR
  VERSION_VAR RdKafka_VERSION
  REASON_FAILURE_MESSAGE "install librdkafka with its headers (Debian, Ubuntu: librdkafka-dev. Fedora: librdkafka-devel. macOS, Arch: librdkafka.) or point CMAKE_PREFIX_PATH at it")
if(RdKafka_FOUND AND NOT TARGET RdKafka::rdkafka)
  add_library(RdKafka::rdkafka UNKNOWN IMPORTED)
  set_target_properties(RdKafka::rdkafka PROPERTIES
    IMPORTED_LOCATION "${RdKafka_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${RdKafka_INCLUDE_DIR}")
  if(RdKafka_LIBRARY MATCHES "\\.a$")
    # A static librdkafka brings what it needs along only in its pkg-config file.
    set_property(TARGET RdKafka::rdkafka PROPERTY INTERFACE_LINK_LIBRARIES "${PC_RDKAFKA_STATIC_LDFLAGS}")
  endif()
endif()
