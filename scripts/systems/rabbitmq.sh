#!/bin/bash
# RabbitMQ of Debian, without plugins; guest:guest may do everything. `run FOLDER PORT PORT_OF_EPMD PORT_BETWEEN_NODES`;
# `ctl FOLDER ARGUMENT...` is rabbitmqctl.
. "$(dirname "$0")/_lib.sh"

make() {
  unpack "$1" rabbitmq-server erlang-base
  sed -i "s#ROOTDIR=/usr/lib/erlang#ROOTDIR=$1/usr/lib/erlang#" "$1/usr/lib/erlang/bin/erl" "$1"/usr/lib/erlang/erts-*/bin/erl
}

# configure FOLDER PORT PORT_OF_EPMD PORT_BETWEEN_NODES: files, and FOLDER/env for all programs.
configure() {
  echo '[].' >"$1/enabled_plugins"
  printf '%s\n' "listeners.tcp.1 = 127.0.0.1:$2" 'log.console = true' 'log.file = false' 'vm_memory_high_watermark.absolute = 1GiB' \
    'disk_free_limit.absolute = 50MB' >"$1/rabbitmq.conf"
  cat >"$1/env" <<END
export HOME='$1' PATH='$cache/usr/lib/erlang/bin:$PATH' LD_LIBRARY_PATH='$(libraries "$cache")'
export ERL_EPMD_PORT=$3 ERL_EPMD_ADDRESS=127.0.0.1
export RABBITMQ_NODENAME=millrace@localhost RABBITMQ_NODE_PORT=$2 RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_DIST_PORT=$4
export RABBITMQ_MNESIA_BASE='$1/data' RABBITMQ_LOG_BASE='$1' RABBITMQ_CONFIG_FILE='$1/rabbitmq.conf' RABBITMQ_CONF_ENV_FILE=/dev/null
export RABBITMQ_ENABLED_PLUGINS_FILE='$1/enabled_plugins' RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1} +S 2:2'
END
}

# The port opens earlier, while the server still refuses.
started() { grep -q 'Server startup complete' "$1"; }

run() {
  local folder=$1
  configure "$@"
  . "$folder/env"
  # It would stay behind if RabbitMQ started it. It becomes a child of the server, and ends with it.
  setpriv --pdeathsig KILL "$cache"/usr/lib/erlang/erts-*/bin/epmd -port "$3" -address 127.0.0.1 >/dev/null 2>&1 </dev/null &
  wait_port "$3" $! 10
  : >"$folder/log"
  announce started "$folder/log"
  # Under systemd its script becomes the server as well, and no process stands between.
  RUNNING_UNDER_SYSTEMD=true becomes "$folder/log" "$cache"/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server
}

ctl() {
  . "$1/env"
  exec "$cache"/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmqctl "${@:2}"
}

script_of rabbitmq "$@"
