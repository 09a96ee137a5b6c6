#!/bin/bash
# Sources that can't be: an interface that is no Wi-Fi, a channel that the
# country forbids, an adapter that is there twice, one that is not there. Each
# has its error, and the one that can be runs.
#: expect 1 SOURCEERROR text~loopback
#: expect 1 SOURCEERROR text~nowhere
#: sensors 2
. /lab/lib.sh
air
note "FAULT BEGIN"
watch wlan10:name=attic,channel=6 lo:name=loopback wlan11:name=forbidden,channel=14 \
    wlan10:name=twin,channel=11 wlan77:name=nowhere
network
check "the one that can be runs" hears attic
for name in loopback forbidden twin nowhere; do
    check "$name has an error" source_is $name '.running == 0 and .error == 1 and .error_reason != ""'
    note "FIGURE: $name: $(source_says $name .error_reason)"
done
note "FAULT END"
done_here
