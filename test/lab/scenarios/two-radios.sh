#!/bin/bash
# Two radios on two channels, and an attack on each: first on channel 6, then on
# channel 11, then on both at a time.
#: expect 1,3 DEAUTHFLOOD transmitter_mac=9c:5c:8e:10:00:01 channel=6
#: expect 2,3 DEAUTHFLOOD transmitter_mac=4c:5e:0c:30:00:03 channel=11
#: expect 1,3 BCASTDISCON transmitter_mac=9c:5c:8e:10:00:01 channel=6
#: expect 2,3 BCASTDISCON transmitter_mac=4c:5e:0c:30:00:03 channel=11
. /lab/lib.sh
air
monitor wlan8 atk1 11
watch wlan10:name=attic,channel=6 wlan11:name=cellar,channel=11
network
ap ap3 wlan5 4c:5e:0c:30:00:03 11 GuestNet open
client c4 wlan6 b8:27:eb:dd:00:44 GuestNet open
joined c4
traffic c4 wlan6 3 14 wlan5
sleep 5
check "each radio is on its channel" test "$(source_says attic .channel) $(source_says cellar .channel)" = "6 11"
check "each radio hears frames" eval 'hears attic && hears cellar'
attack 30 aireplay-ng --deauth 2 -a "$AP1_MAC" atk0
sleep 10
attack 30 aireplay-ng --deauth 2 -a 4c:5e:0c:30:00:03 atk1
sleep 10
bg aireplay timeout 30 aireplay-ng --deauth 2 -a 4c:5e:0c:30:00:03 atk1
attack 30 aireplay-ng --deauth 2 -a "$AP1_MAC" atk0
done_here
