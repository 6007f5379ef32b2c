// One loop of the benchmark against the embedded cluster, for callgrind to count the instructions
// of.
//
//   instructions_benchmark                  the names of the loops
//   instructions_benchmark LOOP MESSAGES

#include <algorithm>
#include <exception>
#include <iostream>
#include <kafka/mock_cluster.hpp>

#include "loops.hpp"

namespace {

/// The tutorial's loop: 100-byte values and 14-byte keys, to a topic of four partitions.
Load make_load(const kafka::MockCluster& cluster, std::size_t messages) {
  constexpr std::size_t value_size = 100;
  constexpr int topics = 8;
  Load load{.config = {{"bootstrap.servers", cluster.bootstrap_servers()}},
            .topics = {},
            .keys = make_keys(),
            .value = std::string(value_size, 'x'),
            .messages = messages};
  for (int i = 0; i < topics; ++i) load.topics.push_back("task-created-" + std::to_string(i));
  return load;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) {
    for (const Loop& loop : loops()) std::cout << loop.name << '\t' << loop.description << '\n';
    return argc == 1 ? 0 : 2;
  }
  const auto loop = std::find_if(loops().begin(), loops().end(), [&](const Loop& candidate) {
    return argv[1] == std::string(candidate.name);
  });
  if (loop == loops().end()) return 2;
  kafka::MockCluster cluster;
  const Load load = make_load(cluster, std::stoul(argv[2]));
  for (const std::string& topic : load.topics) cluster.create_topic(topic, 4);
  loop->run(load);
  return 0;
} catch (const std::exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
