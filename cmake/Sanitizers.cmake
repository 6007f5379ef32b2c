# Instruments a target as KAFKA_PRODUCER_SANITIZER asks. Public, because what links an instrumented library has to be
# linked with the sanitizer's runtime.
set(KAFKA_PRODUCER_SANITIZER_FLAGS "")
if(KAFKA_PRODUCER_SANITIZER STREQUAL "address")
  set(KAFKA_PRODUCER_SANITIZER_FLAGS -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
elseif(KAFKA_PRODUCER_SANITIZER STREQUAL "thread")
  set(KAFKA_PRODUCER_SANITIZER_FLAGS -fsanitize=thread -fno-omit-frame-pointer)
elseif(KAFKA_PRODUCER_SANITIZER)
  message(FATAL_ERROR "KAFKA_PRODUCER_SANITIZER is \"${KAFKA_PRODUCER_SANITIZER}\": set it to address, thread or nothing")
endif()

if(KAFKA_PRODUCER_BUILD_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "KAFKA_PRODUCER_BUILD_FUZZERS needs libFuzzer: set CMAKE_CXX_COMPILER to clang++")
  endif()
  list(APPEND KAFKA_PRODUCER_SANITIZER_FLAGS -fsanitize=fuzzer-no-link)
endif()

function(kafka_sanitize target)
  if(KAFKA_PRODUCER_SANITIZER_FLAGS)
    target_compile_options(${target} PUBLIC ${KAFKA_PRODUCER_SANITIZER_FLAGS})
    target_link_options(${target} PUBLIC ${KAFKA_PRODUCER_SANITIZER_FLAGS})
  endif()
endfunction()
