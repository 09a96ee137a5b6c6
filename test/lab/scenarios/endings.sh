#!/bin/bash
# SIGTERM leaves the radios as they were found, and kill -9 leaves no monitor
# interface behind.
#: short
. /lab/lib.sh
iw reg set "$COUNTRY"
ip link set wlan10 up
there() { iw dev; ip -br link | awk '/wlan1[01]/ { print $1, $2, $3 }'; }

watch wlan10:name=attic,channel=6 wlan11:name=cellar,channel=11
eventually 5 "both radios run" eval 'source_is attic ".running == 1" && source_is cellar ".running == 1"'
check "wlan10mon is a monitor interface" sh -c 'iw dev wlan10mon info | grep -q "type monitor"'
stop picket
check "no monitor interface is left" sh -c '! ls -d /sys/class/net/*mon'
check "what was up is up again" sh -c 'ip link show wlan10 | grep -q "[<,]UP[,>]"'
check "what was down is down" sh -c '! ip link show wlan11 | grep -q "[<,]UP[,>]"'

watch wlan10:name=attic,channel=6
eventually 5 "the radio runs" source_is attic '.running == 1'
stop picket -KILL
eventually 5 "kill -9 leaves no monitor interface" sh -c '! ls -d /sys/class/net/*mon'

watch wlan10:name=attic,channel=6
eventually 5 "picket starts again after that" source_is attic '.running == 1'
done_here
