#!/bin/bash
# Prometheus. Prints the folder of prometheus and promtool.
. "$(dirname "$0")/_lib.sh"
root=$(unpacked prometheus prometheus)
echo "$root/usr/bin"
