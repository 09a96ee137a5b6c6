#!/bin/bash
# No attack at all, but much of what looks like one, heard by a radio that hops
# over 2.4, 5 and 6 GHz. Five access points, joins, roams, re-keys, channel
# switches, stations that leave and come back, one that is kicked, a random
# address, probes for unknown networks.
#: short
#: sensors 1
. /lab/lib.sh
SIGNAL="wlan0=-68 wlan1=-76 wlan5=-72 wlan6=-80 wlan7=-70 wlan2=-75 wlan3=-85 wlan4=-65
        wlan8=-69 wlan9=-79"
note "scenario $NAME, kernel $(uname -r)"
iw reg set "$COUNTRY"
for s in $SIGNAL; do rssi "${s%=*}" "${s#*=}"; done
fading >/dev/null 2>&1 &
watch 'wlan10:name=attic,channels="1,6,11,36,5W6e",hop=true,hop_rate=5/sec'

ip link add br0 type bridge
ip link set br0 up
ap ap1 wlan0 9c:5c:8e:10:00:01 1 HomeNet wpa2 "bridge=br0
wpa_group_rekey=20
wpa_ptk_rekey=45
bss_transition=1
rrm_neighbor_report=1"
ap ap2 wlan1 9c:5c:8e:10:00:02 6 HomeNet wpa2 "bridge=br0
wpa_group_rekey=25
bss_transition=1"
ap ap3 wlan5 d8:07:b6:20:00:02 36 OfficeNet sae "wpa_group_rekey=30"
ap ap4 wlan6 4c:5e:0c:30:00:03 6 GuestNet open
ap ap5 wlan7 e0:63:da:40:00:06 6g5 SixNet sae
client c1 wlan2 3c:22:fb:aa:00:11 HomeNet wpa2
client c2 wlan3 a4:83:e7:bb:00:22 OfficeNet sae
client c3 wlan4 f0:18:98:cc:00:33 GuestNet open
client c4 wlan8 b8:27:eb:dd:00:44 SixNet sae
joined c1; joined c2; joined c3; joined c4
traffic c1 wlan2 1 11 br0
traffic c2 wlan3 2 12 wlan5
traffic c3 wlan4 3 13 wlan6
traffic c4 wlan8 4 14 wlan7
sleep 10

note "c1 roams to ap2 and back"
run cli c1 scan
sleep 8
run cli c1 roam 9c:5c:8e:10:00:02
sleep 5
run cli c1 roam 9c:5c:8e:10:00:01
sleep 5
note "ap3 switches from channel 36 to 44"
run apcli wlan5 chan_switch 5 5220 ht
sleep 5
note "ap4 kicks c3 (one deauthentication), c3 comes back"
run apcli wlan6 deauthenticate f0:18:98:cc:00:33
sleep 5

if [ -z "${short:-}" ]; then
    note "ap1 suggests ap2 to c1 (BSS transition)"
    run apcli wlan0 bss_tm_req 3c:22:fb:aa:00:11 pref=1 abridged=1 \
        neighbor=9c:5c:8e:10:00:02,0x0000,81,6,7,0301ff
    sleep 10
    note "c5 joins with a random address, looks for other networks"
    client c5 wlan9 da:a1:19:7e:55:01 HomeNet wpa2 '}
network={
ssid="AirportFree"
scan_ssid=1
key_mgmt=NONE
}
network={
ssid="Grandma"
scan_ssid=1
psk="cookies-and-milk"'
    joined c5
    sleep 5
    note "c5 leaves (deauthentication by the client), and comes back"
    run cli c5 disconnect
    sleep 5
    run cli c5 reconnect
    joined c5
    sleep 5
    note "ap2 switches from channel 6 to 11"
    run apcli wlan1 chan_switch 5 2462 ht
    sleep 15
    note "ap3 switches back from channel 44 to 36"
    run apcli wlan5 chan_switch 5 5180 ht
    sleep 10
    note "ap2 disassociates c1 (one disassociation), c1 comes back"
    run apcli wlan1 disassociate 3c:22:fb:aa:00:11
    sleep 10
    note "c2 sleeps and wakes"
    run ip netns exec c2 iw dev wlan3 set power_save on
    sleep 5
    run ip netns exec c2 iw dev wlan3 set power_save off
    note "ap4 restarts"
    stop ap4
    sleep 6
    ap ap4 wlan6 4c:5e:0c:30:00:03 6 GuestNet open
    sleep 15
    note "c3 goes away for good (the supplicant ends)"
    stop c3
    sleep 15
fi

check "the radio hops" source_is attic '.running == 1 and .hopping == 1'
for channel in 1 6 11 36 5W6e; do
    check "channel $channel was watched in the last minute" source_is attic ".watched[\"$channel\"] > 2"
done
note "FIGURE: seconds watched in the last minute: $(source_says attic '.watched | tojson')"
check "no frame was dropped" source_is attic '.kernel_drops == 0'
done_here
