# cmake --install: headers, libraries, and the package that find_package(KafkaProducer) finds.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/KafkaProducer")

install(DIRECTORY include/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.hpp"
        PATTERN "task_event.hpp" EXCLUDE)
if(TARGET kafka_task_event)
  install(FILES include/kafka/task_event.hpp DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/kafka")
endif()

# One export for each library, so that the package offers them as components.
foreach(component IN ITEMS producer mock_cluster task_event)
  if(TARGET kafka_${component})
    install(TARGETS kafka_${component} EXPORT KafkaProducer-${component})
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
