#!/bin/bash
# Radios that hop give more time to the channel of an attack: a lone one most of
# it, and of two one stays there. An alert says what was missed of its channel.
#: sensors 2
#: expect 1,2 DEAUTHFLOOD channel=11
#: expect 1,2 BCASTDISCON channel=11
. /share/lib.sh
air
monitor wlan8 atk1 11
watch 'wlan10:name=attic,channels="1,6,11,36,40,44"'
ap ap3 wlan5 4c:5e:0c:30:00:05 11 Neighbour open
sleep 60

# share CHANNEL: how many of the last 60 seconds it was listened to.
share() { api /channels/watched.json | jq --arg c "$1" '.[] | select(.["picket.channel.name"] == $c)["picket.channel.watched_seconds"]'; }
between() { awk -v v="$1" -v a="$2" -v b="$3" 'BEGIN { exit !(a <= v && v <= b) }'; }

note "FIGURE: in peace one radio listens to channel 11 for $(share 11) s of a minute"
check "a share for each channel" between "$(share 11)" 5 30
attack 75 aireplay-ng --deauth 0 -a 4c:5e:0c:30:00:05 atk1
note "FIGURE: under attack for $(share 11) s"
check "most of the time" between "$(share 11)" 38 52
check "the others are not forgotten" between "$(share 36)" 0.5 10

sleep 60 # the lead is over
order /datasource/add_source.cmd '{"definition": "wlan11:name=cellar,channels=\"1,6,11,36,40,44\""}' >/dev/null
sleep 60
note "FIGURE: in peace two radios listen to channel 11 for $(share 11) s of a minute"
attack 75 aireplay-ng --deauth 0 -a 4c:5e:0c:30:00:05 atk1
note "FIGURE: under attack for $(share 11) s"
check "one is parked there" between "$(share 11)" 57 60
check "the other goes round" between "$(share 36)" 3 20
done_here
