#!/bin/bash
# The clients of Eclipse Mosquitto. Prints two lines: the folder of mosquitto_pub and mosquitto_sub, and their LD_LIBRARY_PATH.
. "$(dirname "$0")/_lib.sh"
root=$(unpacked mosquitto-clients mosquitto-clients libmosquitto1 libcjson1)
echo "$root/usr/bin"
libraries "$root"
