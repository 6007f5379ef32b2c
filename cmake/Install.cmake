# cmake --install: headers, libraries, and the packages that find_package(KafkaProducer) and pkg-config find.
include(CMakePackageConfigHelpers)

# What a program needs to run is one component, `runtime`; all else is for building one.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME development)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/KafkaProducer")

install(DIRECTORY include/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.hpp"
        PATTERN "task_event.hpp" EXCLUDE)
if(TARGET kafka_task_event)
  install(FILES include/kafka/task_event.hpp DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/kafka")
endif()

# One export for each library, so that the package offers them as components.
foreach(component IN ITEMS producer mock_cluster task_event)
  if(TARGET kafka_${component})
    install(TARGETS kafka_${component} EXPORT KafkaProducer-${component}
      RUNTIME COMPONENT runtime
      LIBRARY COMPONENT runtime NAMELINK_COMPONENT development
      ARCHIVE COMPONENT development)
    install(EXPORT KafkaProducer-${component} NAMESPACE kafka:: DESTINATION "${package_dir}")
  endif()
endforeach()

configure_package_config_file(cmake/KafkaProducerConfig.cmake.in "${PROJECT_BINARY_DIR}/KafkaProducerConfig.cmake"
                              INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/KafkaProducerConfigVersion.cmake"
                                 COMPATIBILITY SameMajorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/KafkaProducerConfig.cmake"
  "${PROJECT_BINARY_DIR}/KafkaProducerConfigVersion.cmake"
  cmake/FindRdKafka.cmake
  DESTINATION "${package_dir}")

# pc_file(COMPONENT DESCRIPTION REQUIRED...): what pkg-config calls the library, and what else it requires.
function(pc_file component pc_description)
  string(REPLACE _ - pc_name "kafka-${component}")
  set(pc_requires "${ARGN}")
  set(pc_requires_private "")
  set(pc_threads "")
  set(rdkafka "rdkafka >= ${KAFKA_PRODUCER_RDKAFKA_VERSION}")
  if(BUILD_SHARED_LIBS)
    set(pc_requires_private "${rdkafka}")
  else()
    # Said openly, so that who links the archive needs no --static, which asks for static librdkafka's needs as well.
    list(APPEND pc_requires "${rdkafka}")
    set(pc_threads "${CMAKE_THREAD_LIBS_INIT}")
  endif()
  list(JOIN pc_requires ", " pc_requires)
  set(pc_dir "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig")
  file(RELATIVE_PATH pc_to_prefix "${pc_dir}" "${CMAKE_INSTALL_PREFIX}")
  file(RELATIVE_PATH pc_to_include "${pc_dir}" "${CMAKE_INSTALL_FULL_INCLUDEDIR}")
  string(REGEX REPLACE "/$" "" pc_to_prefix "${pc_to_prefix}")
  configure_file(cmake/package.pc.in "${PROJECT_BINARY_DIR}/${pc_name}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${pc_name}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endfunction()

pc_file(producer "${PROJECT_DESCRIPTION}")
pc_file(mock_cluster "An embedded Kafka cluster for tests" "kafka-producer = ${PROJECT_VERSION}")
if(TARGET kafka_task_event)
  pc_file(task_event "Task events as JSON" "kafka-producer = ${PROJECT_VERSION}")
endif()

if(PROJECT_IS_TOP_LEVEL)
  include(packaging/Debian)
endif()
