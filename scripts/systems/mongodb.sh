#!/bin/bash
# FerretDB, which speaks MongoDB's protocol, over SQLite. `install` builds for minutes; `run FOLDER PORT`.
. "$(dirname "$0")/_lib.sh"
here=$(cd "$(dirname "$0")" && pwd)/ferretdb

make() {
  (cd "$here" && GOFLAGS=-buildvcs=false GOPATH="$SYSTEMS_HOME/go" GOCACHE="$SYSTEMS_HOME/go-cache" nice go build -trimpath -ldflags=-s -o "$1/ferretdb" .)
}

run() {
  local folder=$1 port=$2
  mkdir -p "$folder/data"
  : >"$folder/log"
  announce open "$port"
  becomes "$folder/log" "$cache/ferretdb" -listen "127.0.0.1:$port" -sqlite-url "file:$folder/data/"
}

script_of ferretdb-1.24.2 "$@"
