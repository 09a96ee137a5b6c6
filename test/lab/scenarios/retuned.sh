#!/bin/bash
# Another process moves the radio to another channel: through picket's own
# interface, then through a second monitor interface, which keeps the radio.
#: short
#: sensors 1
. /lab/lib.sh
air
watch wlan10:name=attic,channel=6
network

# at CHANNEL: where the kernel has the radio.
at() { [ "$(iw dev wlan10mon info | awk '$1 == "channel" { print $2 }')" = "$1" ]; }

note "another process sets channel 11"
run iw dev wlan10mon set channel 11
eventually 10 "picket has noticed" source_is attic '.retuned >= 1'
eventually 5 "the radio is back on its channel" at 6
check "and picket says so" source_is attic '.channel == "6" and .running == 1'
check "it hears its channel" hears attic

note "another process sets channel 1 on an interface of its own"
iw dev wlan10 interface add other type monitor
ip link set other up
run iw dev other set channel 1
eventually 10 "picket has noticed" source_is attic '.retuned >= 2'
eventually 5 "the radio is back on its channel" at 6
check "it hears its channel" hears attic
note "FIGURE: retuned $(source_says attic .retuned) times"
done_here
