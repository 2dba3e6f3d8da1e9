#!/bin/bash
# Apache Cassandra, one node; its data centre is datacenter1. `run FOLDER PORT PORT_BETWEEN_NODES`.
. "$(dirname "$0")/_lib.sh"
here=$(cd "$(dirname "$0")" && pwd)/cassandra

make() { jars "$1" "$here/pom.xml"; }

# It does not run on Java after 17.
java17() {
  local found
  found=$(compgen -G '/usr/lib/jvm/java-17-openjdk-*/bin/java' | head -1 || true)
  echo "${found:-java}"
}

# configure FOLDER PORT PORT_BETWEEN_NODES
configure() {
  sed -e "s#@folder@#$1#" -e "s#@port@#$2#" -e "s#@between@#$3#" "$here/cassandra.yaml" >"$1/cassandra.yaml"
}

run() {
  local folder=$1 port=$2 options
  configure "$@"
  readarray -t options <"$here/java-options"
  : >"$folder/log"
  announce open "$port"
  becomes "$folder/log" "$(java17)" "${options[@]}" -javaagent:"$(compgen -G "$cache/lib/jamm-*.jar")" \
    -Dcassandra.config="file://$folder/cassandra.yaml" -Dcassandra.storagedir="$folder/data" -Dcassandra.logdir="$folder" \
    -Dlogback.configurationFile="file://$here/logback.xml" -cp "$cache/lib/*" org.apache.cassandra.service.CassandraDaemon
}

script_of cassandra-5.0.9 "$@"
