#!/bin/bash
# mdk4 floods the air with beacons of made-up networks, then of ones with bad
# SSIDs, then of a real network's name, then of well-known names with vendors'
# addresses.
#: expect 2 LONGSSID
#: expect 3 APSPOOF channel=6
#: allow ADHOCCONFLICT some of the networks that mdk4 makes up are ad-hoc ones
. /lab/lib.sh
air
watch wlan10:name=attic,channel=6
network
attack 12 mdk4 atk0 b -c "$CHANNEL" -s 100
sleep 6
attack 12 mdk4 atk0 b -a -c "$CHANNEL" -s 50
sleep 6
attack 12 mdk4 atk0 b -n "$AP1_SSID" -w a -m -c "$CHANNEL" -s 50
sleep 6
printf '%s\n' linksys NETGEAR eduroam "Free WiFi" attwifi >/tmp/ssids
attack 12 mdk4 atk0 b -f /tmp/ssids -w a -m -t 0 -c "$CHANNEL" -s 50
done_here
