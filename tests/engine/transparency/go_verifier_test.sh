#!/bin/sh
# Go's own verifier accepts the logs we write and refuses each damaged one for a reason of its own.
#   go_verifier_test.sh EXPORTER VERIFY_GO WORK_DIR
set -eu
exporter=$1
source=$2
work=$3

rm -rf "$work"
mkdir -p "$work"
export GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$work/../go-cache" GOFLAGS=
go build -o "$work/verify" "$source"
"$exporter" "$work"

accepted=0
for log in "$work"/accept/*; do
  if ! verdict=$("$work/verify" "$log"); then
    echo "refused a sound log: $log"
    exit 1
  fi
  size=$(sed -n 2p "$log/checkpoint")
  root=$(sed -n 3p "$log/checkpoint")
  if [ "$verdict" != "size $size root $root" ]; then
    echo "$log: printed '$verdict'"
    exit 1
  fi
  accepted=$((accepted + 1))
done

refused=0
for log in "$work"/reject/*; do
  status=0
  reason=$("$work/verify" "$log" 2>&1) || status=$?
  # 1 is a verdict; a crash of the verifier (2) is not.
  if [ "$status" -ne 1 ]; then
    echo "$log: exit $status, '$reason'"
    exit 1
  fi
  echo "$(basename "$log"): $reason"
  refused=$((refused + 1))
done

echo "accepted $accepted, refused $refused"
[ "$accepted" -eq 10 ] && [ "$refused" -eq 18 ]
