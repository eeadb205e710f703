# shellcheck shell=bash
# Sourced by tools/run, tests/run and .ci/run: the packages of tools/packages.txt, and stages.

# install_packages FILE: what is missing is installed; nothing is asked of the network otherwise.
install_packages() {
  local file=$1 wanted package missing=()
  mapfile -t wanted < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$file")
  for package in "${wanted[@]}"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0

  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    echo "missing packages, and neither root nor sudo to install them: ${missing[*]}" >&2
    return 1
  fi
  echo "installing: ${missing[*]}" >&2
  as_root apt-get -qq update >&2 &&
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get -qq -y --no-install-recommends install "${missing[@]}" >&2
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# Into this folder; the lists of packages may be older than what is there to fetch.
download_package() {
  local fetch=(apt-get -qq -o APT::Sandbox::User=root download "$1")
  "${fetch[@]}" 2>/dev/null || { as_root apt-get -qq update >&2 && "${fetch[@]}" >&2; }
}

# unpack_package NAME: its files below build/unpacked/NAME, where its programs can be run; nothing
# is installed or started. For packages that bring a service with them.
unpack_package() {
  local into=build/unpacked/$1 download
  [ -d "$into" ] && return 0
  rm -rf "$into.partial"  # of a call that was killed
  download=$(mktemp -d) &&
    (cd "$download" && download_package "$1") &&
    mkdir -p "$into.partial" &&
    dpkg-deb -x "$download"/*.deb "$into.partial" &&
    mv -T "$into.partial" "$into"
  local status=$?
  rm -rf "$download" "$into.partial"
  return "$status"
}

# install_peers: what tests/peers/package-lock.json pins, below build/peers/node_modules, and a Node
# of its own there; nothing of it is run. npm is the system's, or Debian's is installed.
install_peers() {
  local into=build/peers from=tests/peers stamp
  stamp=$(cat "$from/package.json" "$from/package-lock.json" "$from/.npmrc" | sha256sum)
  [ "$(cat "$into/stamp" 2>/dev/null)" = "$stamp" ] && return 0
  command -v npm >/dev/null || install_packages tools/packages-peers.txt || return
  mkdir -p "$into" &&
    cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$into" &&
    (cd "$into" && npm ci --ignore-scripts --loglevel=error >&2) &&
    echo "$stamp" >"$into/stamp"
}

# stage NAME COMMAND...: says what it does and how long it took; its status is the command's.
stage() {
  local name=$1 start=${EPOCHREALTIME/[.,]/} status=0 took outcome="done"
  shift
  printf '== %s\n' "$name"
  "$@" || status=$?
  took=$(((${EPOCHREALTIME/[.,]/} - start) / 100000))
  [ "$status" -eq 0 ] || outcome="FAILED ($status)"
  printf -- '-- %s: %s after %d.%d s\n' "$name" "$outcome" $((took / 10)) $((took % 10))
  return "$status"
}

# quick_temporary: what tests write lies in memory where that has room, as they wait for the disk
# most of the time. Call once; the place is removed when the shell ends.
quick_temporary() {
  local least_kib=$((3 * 1024 * 1024)) free
  free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
  [ "${free:-0}" -ge "$least_kib" ] && [ -w /dev/shm ] || return 0
  quick_place=$(mktemp -d /dev/shm/stafett.XXXXXX) || return
  export TMPDIR=$quick_place
  trap 'rm -rf "$quick_place"' EXIT
}

# configure PRESET: quiet unless it fails.
configure() {
  local preset=$1 output
  output=$(cmake --preset "$preset" 2>&1) || { printf '%s\n' "$output" >&2; return 1; }
}

# build PRESET TARGET...: on all cores.
build() {
  local preset=$1
  shift
  configure "$preset" && cmake --build --preset "$preset" -j "$(nproc)" --target "$@"
}
