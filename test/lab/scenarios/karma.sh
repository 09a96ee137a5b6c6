#!/bin/bash
# airbase-ng answers every probe (KARMA) and beacons the names that it has heard,
# while a client looks for the networks that it once used.
#: expect 1 KARMAOUI
#: allow BEACONRATE airbase-ng changes the interval of its beacons
. /lab/lib.sh
air
watch wlan10:name=attic,channel=6
network
client c4 wlan6 b8:27:eb:dd:00:44 CoffeeShop open 'scan_freq=2437
}
network={
ssid="AirportFree"
scan_ssid=1
scan_freq=2437
key_mgmt=NONE
}
network={
ssid="GrandHotel"
scan_ssid=1
scan_freq=2437
key_mgmt=NONE'
sleep 5
note "ATTACK BEGIN"
bg airbase airbase-ng -a "$ATK_MAC" -P -C 30 -y -c "$CHANNEL" -v atk0
sleep 25
stop airbase
note "ATTACK END"
done_here
