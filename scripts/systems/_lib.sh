# What the scripts of this folder share; they source it. Systems are unpacked into a cache of the user, nothing is installed and nobody is root.
set -euo pipefail
: "${SYSTEMS_HOME:=${XDG_CACHE_HOME:-$HOME/.cache}/millrace-systems}"

say() { echo "[$(basename "$0")] $*" >&2; }

# unpacked NAME PACKAGE...: the folder into which the Debian packages, and those they need that are not installed, were unpacked.
unpacked() {
  local root=$SYSTEMS_HOME/$1 packages
  shift
  if [ ! -f "$root/.whole" ]; then
    command -v apt-get >/dev/null || { say 'this needs apt-get'; return 1; }
    rm -rf "$root"
    mkdir -p "$root/packages"
    compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || apt-get update -qq >&2
    packages=$(apt-get install -s --no-install-recommends "$@" 2>/dev/null | awk '/^Inst/ { print $2 }')
    # shellcheck disable=SC2086
    (cd "$root/packages" && apt-get download -qq $(printf '%s\n' $packages "$@" | sort -u) >&2)
    for package in "$root"/packages/*.deb; do dpkg -x "$package" "$root"; done
    rm -rf "$root/packages"
    touch "$root/.whole"
  fi
  echo "$root"
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

# wait_port PORT PID SECONDS: until the port takes connections; fails where the process ends before, or the time does.
wait_port() {
  local tries
  for ((tries = 0; tries < $3 * 20; tries++)); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
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
