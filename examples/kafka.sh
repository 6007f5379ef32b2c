# Sourced by examples/run.sh, from the project's root: Apache Kafka for the lesson, and Kafka's own tools. POSIX sh.
. tests/integration/fetch.sh

version=4.3.1
topics="task-created task-events events throughput"

# Installs Java and Maven and fetches Kafka, once.
fetch_version() {
  also=java
  install_missing
  mkdir -p "$kafka"
  fetch_jars $version
}

# run_java CLASS ARGUMENT...: in place of this shell, so that signals reach Java.
run_java() {
  exec java -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:SharedArchiveFile="$kafka/$version.jsa" -Xlog:disable \
    -Dlog4j2.configurationFile=tests/integration/log4j2.properties -cp "$PWD/$kafka/$version/*" "$@"
}

# kafka_tool NAME ARGUMENT...: the tool that a Kafka release has as bin/NAME.sh.
kafka_tool() {
  case $1 in
    kafka-topics) class=org.apache.kafka.tools.TopicCommand ;;
    kafka-console-consumer) class=org.apache.kafka.tools.consumer.ConsoleConsumer ;;
    kafka-console-producer) class=org.apache.kafka.tools.ConsoleProducer ;;
  esac
  shift
  run_java $class "$@"
}

# is_used PORT: whether a program listens on it (Linux).
is_used() {
  grep -qs ":$(printf %04X "$1") [0-9A-F]*:[0-9A-F]* 0A " /proc/net/tcp /proc/net/tcp6
}

# Runs a broker until Ctrl-C, and deletes its data then.
run_kafka() {
  port=9092
  while is_used $port || is_used $((port + 1)); do port=$((port + 10)); done
  data=$kafka/lesson-$port
  rm -rf "$data"
  mkdir -p "$data"
  cat >"$data/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@localhost:$((port + 1))
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://localhost:$port,CONTROLLER://localhost:$((port + 1))
log.dirs=$data/log
num.partitions=3
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
PROPERTIES
  say "Starting Apache Kafka $version"
  (run_java kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAQ -c "$data/server.properties") >"$data/log.txt" 2>&1 ||
    fail "Kafka's storage was not formatted: see $data/log.txt"
  trap 'kill "$broker" || :; wait "$broker" || :; rm -rf "$data"; trap - EXIT; exit 0' INT TERM
  trap 'kill "$broker" 2>/dev/null || :' EXIT
  run_java kafka.Kafka "$data/server.properties" >>"$data/log.txt" 2>&1 &
  broker=$!
  until grep -qs 'Kafka Server started' "$data/log.txt"; do
    kill -0 "$broker" 2>/dev/null || fail "Kafka did not start: see $data/log.txt"
    sleep 0.2
  done
  for topic in $topics; do
    (kafka_tool kafka-topics --bootstrap-server "localhost:$port" --create --topic "$topic" --partitions 3) \
      >>"$data/log.txt" 2>&1 || fail "The topic $topic was not created: see $data/log.txt"
  done
  cat <<TEXT
Apache Kafka $version runs at localhost:$port, with the topics
$topics (3 partitions each).

In another terminal:
  sh examples/run.sh --bootstrap-servers localhost:$port
  sh examples/run.sh kafka-console-consumer --bootstrap-server localhost:$port \\
      --topic task-created --from-beginning --max-messages 3

Ctrl-C stops it and deletes its data.
TEXT
  wait "$broker"
}
