# Sourced by tests/run.sh, from the project's root: fetches Apache Kafka and toxiproxy into build/kafka, once. POSIX sh.

kafka=build/kafka

# fetch_jars VERSION: what Maven brought is compared with the committed checksums, each time.
fetch_jars() {
  if unchanged_jars "$1"; then return 0; fi
  say "Fetching Apache Kafka $1 (the log is $kafka/fetch.log)"
  rm -rf "${kafka:?}/$1"
  quietly "$kafka/fetch.log" mvn --batch-mode --strict-checksums --file tests/integration/pom.xml "-Dkafka.version=$1" \
    dependency:copy-dependencies -DincludeScope=runtime "-DoutputDirectory=$PWD/$kafka/$1"
  unchanged_jars "$1" || fail "The jars in $kafka/$1 are not those of tests/integration/kafka-$1.sha256"
  archive_classes "$1"
}

unchanged_jars() {
  [ -d "$kafka/$1" ] || return 1
  (cd "$kafka/$1" && LC_ALL=C && export LC_ALL && sha256sum -- *.jar) | cmp -s - "tests/integration/kafka-$1.sha256"
}

# archive_classes VERSION: a broker that is started once leaves its loaded classes in an archive, from which all later
# processes start in half the time.
archive_classes() {
  broker_directory=$kafka/archive
  rm -rf "$broker_directory"
  mkdir -p "$broker_directory"
  port=$((20000 + $$ % 6000))
  cat >"$broker_directory/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$((port + 1))
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1))
log.dirs=$broker_directory/log
PROPERTIES
  quietly "$kafka/fetch.log" java -cp "$kafka/$1/*" kafka.tools.StorageTool format \
    -t AAAAAAAAAAAAAAAAAAAAAQ -c "$broker_directory/server.properties"
  java -XX:ArchiveClassesAtExit="$kafka/$1.jsa" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$PWD/$kafka/$1/*" \
    "-Dlog4j2.configurationFile=tests/integration/log4j2.properties" \
    kafka.Kafka "$broker_directory/server.properties" >"$broker_directory/log.txt" 2>&1 &
  broker=$!
  trap 'kill -9 "$broker"' EXIT
  tries=0
  until grep -qs 'Kafka Server started' "$broker_directory/log.txt" || [ $tries -eq 600 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  # Without the archive the tests run too, only slower.
  kill "$broker" 2>/dev/null || :
  wait "$broker" || :
  trap - EXIT
  rm -rf "$broker_directory"
}

fetch_toxiproxy() {
  version=v2.8.0
  if [ "$(cat "$kafka/toxiproxy/version" 2>/dev/null)" = $version ]; then return 0; fi
  say "Building toxiproxy $version"
  quietly "$kafka/fetch.log" env "GOBIN=$PWD/$kafka/toxiproxy" go install \
    github.com/Shopify/toxiproxy/v2/cmd/server@$version github.com/Shopify/toxiproxy/v2/cmd/cli@$version
  echo $version >"$kafka/toxiproxy/version"
}

fetch_kafka() {
  mkdir -p "$kafka"
  fetch_jars 4.3.1
  fetch_jars 3.9.1
  fetch_toxiproxy
}
