#!/bin/bash
# An adapter is pulled out, and comes back under another name, while the radio
# beside it goes on.
#: short
#: expect 1 SOURCEERROR text~attic
#: expect 1 SOURCEOPEN text~attic
. /lab/lib.sh
air
watch wlan10:name=attic,channel=6 wlan11:name=cellar,channel=6
network
check "both radios hear frames" eval 'hears attic && hears cellar'
before=$(source_says attic .uuid)
address=$(cat /sys/class/net/wlan10/address) phy=$(cat /sys/class/net/wlan10/phy80211/name)

note "FAULT BEGIN: $phy is pulled out"
run hwsimctl del "$phy"
eventually 5 "the source has failed and says why" source_is attic '.running == 0 and .error == 1 and .error_reason != ""'
note "FIGURE: what it says: $(source_says attic .error_reason)"
for _ in 1 2 3; do check "the other radio goes on" hears cellar; done
check "it is being tried again" source_is attic '.retry == 1'

ip link add wlan10 type bridge # the old name is taken
run hwsimctl add -mac "$address" -channels 2
eventually 60 "the source runs again" source_is attic '.running == 1 and .error == 0'
note "FIGURE: it is now $(source_says attic '.capture_interface') on $(ls /sys/class/net | tr '\n' ' ')"
check "it hears frames again" hears attic
check "it is on its channel" source_is attic '.channel == "6"'
check "it is the same source" test "$(source_says attic .uuid)" = "$before"
check "the other radio never failed" source_is cellar '.running == 1 and .total_retry_attempts == 0'
note "FAULT END"
sleep 5
done_here
