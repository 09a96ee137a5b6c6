#!/bin/bash
# Two minutes at the highest frame rate that the simulated air gives: picket sees
# each frame that tcpdump counts on a second monitor interface of the same radio,
# and drops none. Nothing else is on the air, so that the counts can be compared.
# In the short set it is 20 seconds.
#: short
#: sensors 1
#: allow BEACONRATE the flood repeats one beacon thousands of times
#: allow PROBENOJOIN and one probe request
. /lab/lib.sh
record= # it would take more than the guest's memory
iw reg set "$COUNTRY"
monitor wlan9 atk0 6
monitor wlan8 atk1 6
iw dev wlan10 interface add count type monitor
ip link set count up
watch wlan10:name=attic,channel=6
sleep 3
tcpdump -Z root -i count -B 65536 -w /dev/null 2>"$OUT/tcpdump.txt" &
echo $! >"$RUN/count.pid"
eventually 10 "tcpdump listens" grep -q 'listening on' "$OUT/tcpdump.txt"
check "the air is quiet" source_is attic '.num_packets == 0 and .channel == "6"'

# Beacons, data and probe requests, of which none is an attack. The file says
# Ethernet: tcpreplay sends the bytes as they are, but refuses one that says
# radiotap.
hex() { echo "${1//:/}"; }
frames() {
    local beacon=80000000ffffffffffff9c5c8e1000019c5c8e1000010000000000000000000064001104
    echo "${beacon}0007486f6d654e657401088284 8b960c12182403010630140100000fac040100000fac040100000fac020000"
    echo "40000000ffffffffffff3c22fbaa0011ffffffffffff0000000001088284 8b960c121824"
    echo "080a00003c22fbaa00119c5c8e1000019c5c8e1000010000$(head -c 1000 /dev/zero | xxd -p | tr -d '\n')"
}
{
    echo d4c3b2a1020004000000000000000000ffff000001000000
    frames | tr -d ' ' | while read -r line; do
        line=0000080000000000$line # an empty radiotap header
        printf -v n '%08x' $((${#line} / 2))
        n=${n:6:2}${n:4:2}${n:2:2}${n:0:2}
        echo "0000000000000000$n$n$line"
    done
} | tr -d '\n' | xxd -r -p >"$RUN/flood.pcap"

cpu_before=$(cpu "$(cat "$RUN/picket.pid")") began=${EPOCHREALTIME/./}
seconds=120
[ -z "${short:-}" ] || seconds=20
bg flood1 timeout -s INT $seconds tcpreplay -q -i atk0 --topspeed --preload-pcap -l 0 "$RUN/flood.pcap"
bg flood2 timeout -s INT $seconds tcpreplay -q -i atk1 --topspeed --preload-pcap -l 0 "$RUN/flood.pcap"
wait "$(cat "$RUN/flood1.pid")" "$(cat "$RUN/flood2.pid")"
spent=$((${EPOCHREALTIME/./} - began))
sleep 3
seen=$(source_says attic .num_packets)
used=$(($(cpu "$(cat "$RUN/picket.pid")") - cpu_before))
stop count -INT
counted=$(awk '/packets captured/ { print $1 }' "$OUT/tcpdump.txt")
note "FIGURE: $seen frames in $((spent / 1000)) ms, $((seen * 1000000 / spent)) a second; tcpdump $counted; picket used $((used / (seen + 1))) ns of the guest's processor a frame"
check "tcpdump dropped nothing" grep -q '^0 packets dropped by kernel' "$OUT/tcpdump.txt"
check "the kernel dropped nothing of picket's" source_is attic '.kernel_drops == 0'
check "many frames were sent" test "$seen" -gt 10000
check "picket saw what tcpdump counted" test "$seen" -eq "$counted"
done_here
