#!/bin/bash
# The monitor interface is put down, then deleted, then the radio is blocked by
# rfkill for a while; the radio beside it goes on.
#: short
#: expect 1,2,3 SOURCEERROR text~attic
#: expect 1,2,3 SOURCEOPEN text~attic
. /lab/lib.sh
air
watch wlan10:name=attic,channel=6 wlan11:name=cellar,channel=6
network

back() { # WHAT
    eventually 30 "the source runs again after $1" source_is attic '.running == 1 and .error == 0'
    check "it hears frames again" hears attic
    check "it is on its channel" source_is attic '.channel == "6"'
    check "the other radio goes on" hears cellar
    note "FAULT END"
    sleep 6
}
note "FAULT BEGIN: interface down"
run ip link set wlan10mon down
eventually 5 "the source has failed" source_is attic '.total_retry_attempts >= 1 or .running == 0'
back "the interface was down"
note "FAULT BEGIN: interface deleted"
run iw dev wlan10mon del
eventually 5 "the source has failed" source_is attic '.total_retry_attempts >= 2 or .running == 0'
back "the interface was deleted"
note "FAULT BEGIN: blocked by rfkill"
soft=/sys/class/net/wlan10/phy80211/$(ls /sys/class/net/wlan10/phy80211 | grep '^rfkill' | head -n 1)/soft
echo 1 >"$soft"
eventually 10 "the source says what blocks it" source_is attic '.running == 0 and (.error_reason | test("rfkill"))'
echo 0 >"$soft"
back "the block was lifted"
check "the other radio never failed" source_is cellar '.running == 1 and .total_retry_attempts == 0'
done_here
