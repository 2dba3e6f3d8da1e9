#!/bin/bash
# Apache Kafka, one broker that is its own controller. `run FOLDER PORT PORT_OF_THE_CONTROLLER`.
. "$(dirname "$0")/_lib.sh"
here=$(cd "$(dirname "$0")" && pwd)/kafka

# configure FOLDER PORT PORT_OF_THE_CONTROLLER
configure() {
  cat >"$1/server.properties" <<END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$3
listeners=PLAINTEXT://127.0.0.1:$2,CONTROLLER://127.0.0.1:$3
advertised.listeners=PLAINTEXT://127.0.0.1:$2
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$1/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
END
}

# java_options CACHE: into `options`. The paths of the jars must be those of the archive of classes, in the same order.
java_options() {
  options=(-Xms256m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "-Dlog4j2.configurationFile=$here/log4j2.properties"
    -cp "$(printf '%s:' "$1"/lib/*.jar)")
}

started() { grep -q 'Kafka Server started' "$1"; }

# make FOLDER: the jars; `data` as formatted, which takes more than a second each time; the classes as a first run loaded them.
make() {
  local options log=$1/first.log
  jars "$1" "$here/pom.xml"
  java_options "$1"
  configure "$1" 0 1
  java "${options[@]}" kafka.tools.StorageTool format -t MkU3OEVBNTcwNTJENDM2Qk -c "$1/server.properties" >"$log"
  cp -a "$1/data" "$1/formatted"
  first_run "$1" "$log"
  rm -rf "$1/data" "$1/server.properties"
}

first_run() {
  local server
  configure "$1" "$(free_port)" "$(free_port)"
  java "${options[@]}" -XX:ArchiveClassesAtExit="$1/classes.jsa" kafka.Kafka "$1/server.properties" >"$2" 2>&1 &
  server=$!
  until started "$2"; do
    runs "$server" || { tail "$2"; return 1; }
    sleep 0.1
  done
  kill "$server"
  # What a signal ended has its number as status.
  wait "$server" || true
}

run() {
  local options folder=$1
  [ -d "$folder/data" ] || cp -a "$cache/formatted" "$folder/data"
  configure "$@"
  java_options "$cache"
  : >"$folder/log"
  announce started "$folder/log"
  becomes "$folder/log" java -XX:SharedArchiveFile="$cache/classes.jsa" "${options[@]}" kafka.Kafka "$folder/server.properties"
}

script_of kafka-4.4.0 "$@"
