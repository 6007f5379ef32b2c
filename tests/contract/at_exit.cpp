// Makes and uses producers while the program ends, after everything that the first producer needed
// has had its chance to be destroyed: in an exit handler that was registered before, and in the
// destructor of a static object that was constructed before. AddressSanitizer notices what is used
// after its destruction.

#include "at_exit.hpp"

#include <librdkafka/rdkafka.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <kafka/mock_cluster.hpp>
#include <kafka/producer.hpp>

void deliver_one_record(const char* where) try {
  const kafka::MockCluster cluster;
  kafka::Producer producer({{"metadata.broker.list", cluster.bootstrap_servers()},
                            {"linger.ms", "0.5"},
                            {"compression.type", "lz4"},
                            {"log_level", "0"}});
  int delivered = 0;
  producer.produce("events", "key", "value", [&](const kafka::Error& error, const kafka::Message&) {
    delivered += error ? 0 : 1;
  });
  producer.flush();
  const bool in_force = producer.effective_config().get("linger.ms") == "0.5";

  bool rejected = false;
  try {
    kafka::Producer wrong({{"bootstrap.servers", "localhost:9092"}, {"linger", "5"}});
  } catch (const kafka::Exception& exception) {
    rejected = exception.error().message().find("did you mean linger.ms?") != std::string::npos;
  }
  if (delivered == 1 && in_force && rejected) return;
  std::fprintf(stderr, "%s: delivered %d, in force %d, rejected %d\n", where, delivered, in_force,
               rejected);
  std::_Exit(1);
} catch (const std::exception& exception) {
  std::fprintf(stderr, "%s: %s\n", where, exception.what());
  std::_Exit(1);
}

int main() {
  // From 2.13 on, every producer of librdkafka uses OpenSSL's random numbers, and OpenSSL ends in
  // an exit handler of its own, which runs before those that were registered earlier.
  if (rd_kafka_version() >= 0x020d0000) {
    std::fputs("Skipped: librdkafka 2.13 and later cannot start a producer after OpenSSL\n",
               stderr);
    std::_Exit(0);
  }
  std::atexit([] { deliver_one_record("in an exit handler"); });
  deliver_one_record("in main()");
}
