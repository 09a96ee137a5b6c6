#!/bin/bash
# mdk4 deauthenticates and disassociates the stations of one access point, then
# of everything on the channel, then with copied sequence numbers, against
# detection. In between, the limit of five alerts a minute runs out.
#: expect 1,2,3 DEAUTHFLOOD
#: allow BCASTDISCON mdk4 also tells everybody, or only some stations, by chance
#: allow DISCONCODEINVALID mdk4 gives reason 0, which is not defined
#: allow DISASSOCTRAFFIC a station does not heed what mdk4 says in its name
. /lab/lib.sh
air
watch wlan10:name=attic,channel=6
network
attack 15 mdk4 atk0 d -B "$AP1_MAC" -s 20
sleep 60
attack 10 mdk4 atk0 d
sleep 60
attack 15 mdk4 atk0 d -x -B "$AP1_MAC" -s 20
done_here
