#!/bin/bash
# A quiet channel with hopping on: picket uses less than 1 % of a processor.
#: sensors 1
#: short
. /lab/lib.sh
iw reg set "$COUNTRY"
watch 'wlan10:name=attic,channels="1,6,11,36,5W6e",hop=true,hop_rate=5/sec'
sleep 10
before=$(cpu "$(cat "$RUN/picket.pid")") began=${EPOCHREALTIME/./}
sleep 60
used=$(($(cpu "$(cat "$RUN/picket.pid")") - before)) spent=$((${EPOCHREALTIME/./} - began))
note "FIGURE: picket used $((used / spent / 10)).$(printf '%02d' $((used * 10 / spent % 100))) % of the guest's processor, which runs 500 million instructions a second"
check "that is less than 1 %" test $((used / spent)) -lt 10
check "it hopped" source_is attic '.running == 1 and (.watched | length) == 5'
done_here
