# The sources of a checkout, with -DKAFKA_PRODUCER_SOURCE=PATH, or else of this port's own project, three directories up: a
# registry's port takes vcpkg_from_github() with the release's REF and SHA512 instead.
if(NOT DEFINED KAFKA_PRODUCER_SOURCE)
  get_filename_component(KAFKA_PRODUCER_SOURCE "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)
endif()

set(without_task_event ON)
if("task-event" IN_LIST FEATURES)
  set(without_task_event OFF)
endif()

vcpkg_cmake_configure(
  SOURCE_PATH "${KAFKA_PRODUCER_SOURCE}"
  OPTIONS
    -DKAFKA_PRODUCER_BUILD_TESTS=OFF
    -DKAFKA_PRODUCER_BUILD_EXAMPLES=OFF
    -DKAFKA_PRODUCER_BUILD_BENCHMARKS=OFF
    -DKAFKA_PRODUCER_INSTALL=ON
    -DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=${without_task_event})
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME KafkaProducer CONFIG_PATH lib/cmake/KafkaProducer)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include")
vcpkg_install_copyright(FILE_LIST "${KAFKA_PRODUCER_SOURCE}/LICENSE")
