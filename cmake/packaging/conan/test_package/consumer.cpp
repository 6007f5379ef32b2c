#include <kafka/mock_cluster.hpp>
#include <kafka/producer.hpp>

int main() {
  kafka::MockCluster cluster;
  kafka::Producer producer({{"bootstrap.servers", cluster.bootstrap_servers()}});
  producer.produce("events", "key", "value");
  producer.flush();
  return cluster.read("events").at(0).value == "value" ? 0 : 1;
}
