#!/bin/bash
# aireplay-ng deauthenticates everyone on an access point, then one client, then
# a client of the WPA3 network, which has to ignore it, then everyone again with
# a reason code that no access point gives.
#: short
#: allow DISASSOCTRAFFIC some of those named go on as if nothing had been said
#: expect 1,2,4 DEAUTHFLOOD transmitter_mac=9c:5c:8e:10:00:01 channel=6
#: expect 3 DEAUTHFLOOD transmitter_mac=d8:07:b6:20:00:02
#: expect 1,4 BCASTDISCON transmitter_mac=9c:5c:8e:10:00:01 dest_mac=ff:ff:ff:ff:ff:ff
. /lab/lib.sh
air
watch wlan10:name=attic,channel=6
network
attack 30 aireplay-ng --deauth 4 -a "$AP1_MAC" atk0
sleep 10
attack 30 aireplay-ng --deauth 2 -a "$AP1_MAC" -c "$C1_MAC" atk0
sleep 10
attack 30 aireplay-ng --deauth 2 -a "$AP2_MAC" -c "$C2_MAC" atk0
sleep 10
attack 30 aireplay-ng --deauth 1 --deauth-rc 200 -a "$AP1_MAC" atk0
done_here
