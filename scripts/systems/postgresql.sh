#!/bin/bash
# PostgreSQL of Debian; the user postgres needs no password. `run FOLDER PORT`; ends at SIGINT.
. "$(dirname "$0")/_lib.sh"

# make FOLDER: programs, and a new cluster in FOLDER/data, which takes more than a second each time.
make() {
  local package
  package=$(apt-cache depends postgresql | awk '/Depends: postgresql-[0-9]/ { print $2 }')
  unpack "$1" "$package" libpq5
  as_who_may "$1"
  (cd "$1" && "${as[@]}" "$1"/usr/lib/postgresql/*/bin/initdb -D "$1/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync)
}

# as_who_may CACHE: into `as`. PostgreSQL does not run as root. Nobody, instead, may go where root's cache and folders are, which
# also access(2) says, as initdb asks it, with the last option.
as_who_may() {
  local user group
  as=(env "LD_LIBRARY_PATH=$(libraries "$1")")
  [ "$(id -u)" = 0 ] || return 0
  user=$(id -u nobody) group=$(id -g nobody)
  as+=(setpriv --reuid "$user" --regid "$group" --clear-groups --inh-caps +dac_override --ambient-caps +dac_override \
    --securebits +no_setuid_fixup)
}

# left_behind DATA: processes of a server that was killed end by themselves, soon; until then no other one starts.
left_behind() {
  local folder
  for folder in /proc/[0-9]*/cwd; do
    if [ "$(readlink "$folder")" = "$1" ]; then return 0; fi
  done
  return 1
}

started() { grep -q 'database system is ready to accept connections' "$1"; }

run() {
  local folder=$1 port=$2
  [ -d "$folder/data" ] || cp -a "$cache/data" "$folder/data"
  while left_behind "$folder/data"; do sleep 0.05; done
  as_who_may "$cache"
  : >"$folder/log"
  announce started "$folder/log"
  # A process that is killed loses nothing that it wrote, synced or not.
  becomes "$folder/log" "$cache"/usr/lib/postgresql/*/bin/postgres -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c fsync=off -c max_connections=100
}

script_of postgresql "$@"
