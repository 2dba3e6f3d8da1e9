# What the scripts of this folder share; they source it. Systems are unpacked into a cache of the user, nothing is installed and nobody need be root.
set -euo pipefail
# What fails in $( ) ends the script, too.
shopt -s inherit_errexit
: "${SYSTEMS_HOME:=${XDG_CACHE_HOME:-$HOME/.cache}/millrace-systems}"

say() { echo "[$(basename "$0")] $*" >&2; }

# once NAME MAKE ARGUMENT...: the folder NAME of the cache; where it is not whole, MAKE FOLDER ARGUMENT... fills it. Who asks meanwhile waits.
once() {
  local make=$2
  folder=$SYSTEMS_HOME/$1
  shift 2
  if [ ! -f "$folder/.whole" ]; then
    mkdir -p "$SYSTEMS_HOME"
    exec 9>"$folder.lock"
    flock 9
    if [ ! -f "$folder/.whole" ]; then
      rm -rf "$folder"
      mkdir -p "$folder"
      trap 'cat "$folder.log" >&2' EXIT
      ("$make" "$folder" "$@") >"$folder.log" 2>&1 9>&-
      trap - EXIT
      touch "$folder/.whole"
    fi
    exec 9>&-
  fi
  echo "$folder"
}

# unpacked NAME PACKAGE...: the folder into which the Debian packages, and those they need that are not installed, were unpacked.
unpacked() {
  local name=$1
  shift
  once "$name" unpack "$@"
}

# unpack FOLDER PACKAGE...
unpack() {
  local root=$1 packages
  shift
  command -v apt-get >/dev/null || { say 'this needs apt-get'; return 1; }
  mkdir -p "$root/packages"
  compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || apt-get update -qq
  packages=$(apt-get install -s --no-install-recommends "$@" 2>/dev/null | awk '/^Inst/ { print $2 }')
  # shellcheck disable=SC2086
  (cd "$root/packages" && apt-get download -qq $(printf '%s\n' $packages "$@" | sort -u))
  for package in "$root"/packages/*.deb; do dpkg -x "$package" "$root"; done
  rm -rf "$root/packages"
}

# libraries ROOT: what to put into LD_LIBRARY_PATH.
libraries() {
  local machine
  machine=$(uname -m)-linux-gnu
  echo "$1/usr/lib/$machine:$1/lib/$machine"
}

# runs PID: also false where it ended and nobody has looked yet.
runs() {
  local state
  state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) || return 1
  [ "${state:0:1}" != Z ]
}

# open PORT: whether it takes connections.
open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# wait_port PORT PID SECONDS: until the port takes connections; fails where the process ends before, or the time does.
wait_port() {
  local tries
  for ((tries = 0; tries < $3 * 20; tries++)); do
    if open "$1"; then return 0; fi
    runs "$2" || { say "it ended before port $1 was open"; return 1; }
    sleep 0.05
  done
  say "port $1 is not open after $3 s"
  return 1
}

# stop FILE SECONDS: ends the process whose id the file holds.
stop() {
  local pid tries
  [ -s "$1" ] || return 0
  pid=$(cat "$1")
  rm -f "$1"
  kill -TERM "$pid" 2>/dev/null || return 0
  for ((tries = 0; tries < $2 * 20; tries++)); do
    runs "$pid" || return 0
    sleep 0.05
  done
  say "$pid goes on after $2 s: killed"
  kill -KILL "$pid" 2>/dev/null || true
}

# jars FOLDER POM: the jars that a pom.xml names, into FOLDER/lib.
jars() {
  mvn -q -B -f "$2" -Dmaven.repo.local="$SYSTEMS_HOME/maven" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$1/lib"
}

# announce TEST...: prints `ready` once TEST succeeds for the process that this script is about to become. It is no child of that
# process, which need not know of it.
announce() {
  local server=$$
  ( (
    until "$@" 2>/dev/null; do
      runs "$server" || exit 0
      sleep 0.05
    done
    echo ready
  ) & )
}

# becomes LOG PROGRAM ARGUMENT...: this process is the program from now on, run by `as`, and ends with the one that started it, however that ends.
as=()
becomes() {
  local log=$1
  shift
  exec "${as[@]}" setpriv --pdeathsig KILL -- "$@" >>"$log" 2>&1 </dev/null
}

# free_port: one that nothing listens on. No outgoing connection gets it meanwhile: it is below those that the system gives to them.
free_port() {
  local port=$((RANDOM % 15000 + 10000))
  while open "$port"; do port=$((RANDOM % 15000 + 10000)); done
  echo "$port"
}

# script_of NAME COMMAND ARGUMENT...: what a script of a server does. Its `make` fills the folder NAME of the cache.
# `install`: makes sure that it is there. `run FOLDER PORT...`: becomes the server, with its data in FOLDER, which is absolute, and
# prints `ready` once it takes connections at the first port.
script_of() {
  local name=$1 command=$2
  shift 2
  case $command in
    install) once "$name" make >/dev/null ;;
    *)
      cache=$(once "$name" make)
      "$command" "$@"
      ;;
  esac
}
