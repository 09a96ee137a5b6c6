# What is on the air: access points, clients, traffic, attackers. Sourced by
# lib.sh, whose settings it uses. Every client lives in a network namespace of
# its own, so that its traffic has to take to the simulated air.

# rssi IF DBM: how strongly the others hear IF's radio. (The driver's file takes
# unsigned numbers only.)
rssi() { printf '%u' "$2" >"/sys/kernel/debug/ieee80211/phy${1#wlan}/hwsim/rx_rssi"; }

# fading: all radios of SIGNAL go some dB up and down, twice a second.
fading() {
    local s
    while sleep 0.5; do
        for s in $SIGNAL; do rssi "${s%=*}" $((${s#*=} - 2 + RANDOM % 5)); done
    done
}

# air: the regulatory domain, signal strengths and the attacker's radio.
air() {
    local s
    note "scenario $NAME, kernel $(uname -r)"
    iw reg set "$COUNTRY"
    for s in $SIGNAL; do rssi "${s%=*}" "${s#*=}"; done
    fading >/dev/null 2>&1 &
    monitor "$ATK_IF" atk0 "$CHANNEL" "$ATK_MAC"
}

# network: the standard network with traffic on it, after a time of peace.
network() {
    ap ap1 "$AP1_IF" "$AP1_MAC" "$CHANNEL" "$AP1_SSID" wpa2
    ap ap2 "$AP2_IF" "$AP2_MAC" "$CHANNEL" "$AP2_SSID" sae
    client c1 "$C1_IF" "$C1_MAC" "$AP1_SSID" wpa2
    client c2 "$C2_IF" "$C2_MAC" "$AP2_SSID" sae
    client c3 "$C3_IF" "$C3_MAC" "$AP1_SSID" wpa2
    joined c1; joined c2; joined c3
    traffic c1 "$C1_IF" 1 11 "$AP1_IF"
    traffic c2 "$C2_IF" 2 12 "$AP2_IF"
    traffic c3 "$C3_IF" 1 13 "$AP1_IF"
    sleep "$PEACE"
}

# ap NAME IF MAC CHANNEL SSID KIND [more lines of hostapd.conf]
# KIND is open, wpa2 or sae. A CHANNEL above 14 is at 5 GHz; 6g5 is channel 5 of
# 6 GHz.
ap() {
    {
        printf '%s\n' "interface=$2" driver=nl80211 ctrl_interface=/run/hostapd "ssid=$5" \
            "country_code=$COUNTRY" ieee80211d=1 ieee80211n=1 wmm_enabled=1
        case $4 in
            6g*) printf '%s\n' hw_mode=a "channel=${4#6g}" op_class=131 ieee80211ax=1 ;;
            ? | 1?) printf '%s\n' hw_mode=g "channel=$4" ;;
            *) printf '%s\n' hw_mode=a "channel=$4" ieee80211ac=1 ;;
        esac
        case $6 in
            wpa2) printf '%s\n' wpa=2 wpa_key_mgmt=WPA-PSK rsn_pairwise=CCMP "wpa_passphrase=$PASS" ;;
            sae) printf '%s\n' wpa=2 wpa_key_mgmt=SAE rsn_pairwise=CCMP ieee80211w=2 sae_pwe=2 "wpa_passphrase=$PASS" ;;
        esac
        printf '%s\n' "${7:-}"
    } >"$RUN/$1.conf"
    ip link set "$2" down
    ip link set "$2" address "$3"
    note "AP $1: $5 ($6) $3 channel $4 on $2"
    hostapd -B -t -P "$RUN/$1.pid" -f "$OUT/$1.log" "$RUN/$1.conf" >>"$OUT/tools.log" 2>&1 ||
        broken "AP $1: hostapd failed"
}

# client NAME IF MAC SSID KIND [more lines of the network block]
client() {
    {
        printf '%s\n' "ctrl_interface=/run/wpa-$1" "country=$COUNTRY" sae_pwe=2 p2p_disabled=1 \
            'network={' "ssid=\"$4\"" scan_ssid=1
        case $5 in
            open) echo key_mgmt=NONE ;;
            wpa2) printf '%s\n' key_mgmt=WPA-PSK "psk=\"$PASS\"" ;;
            sae) printf '%s\n' key_mgmt=SAE ieee80211w=2 "psk=\"$PASS\"" ;;
        esac
        printf '%s\n}\n' "${6:-}"
    } >"$RUN/$1.conf"
    if [ ! -e "/run/netns/$1" ]; then
        ip netns add "$1"
        iw phy "phy${2#wlan}" set netns name "$1"
    fi
    ip -n "$1" link set "$2" address "$3"
    note "client $1: $4 ($5) $3 on $2"
    ip netns exec "$1" wpa_supplicant -B -t -D nl80211 -i "$2" -c "$RUN/$1.conf" \
        -P "$RUN/$1.pid" -f "$OUT/$1.log" >>"$OUT/tools.log" 2>&1 ||
        broken "client $1: wpa_supplicant failed"
}

# cli NAME ARGS...: talk to a client. apcli IF ARGS...: to an access point.
cli() { local n=$1; shift; wpa_cli -p "/run/wpa-$n" "$@"; }
apcli() { local i=$1; shift; hostapd_cli -p /run/hostapd -i "$i" "$@"; }

# joined NAME [SECONDS]: wait until a client is connected.
joined() {
    local i
    for ((i = 0; i < ${2:-40}; i++)); do
        if cli "$1" status 2>/dev/null | grep -q '^wpa_state=COMPLETED'; then
            note "client $1 has joined"
            return
        fi
        sleep 1
    done
    broken "client $1 has not joined"
}

# traffic NAME IF NET HOST AP_IF: addresses 10.0.NET.1 (of the AP) and .HOST (of
# the client), a burst of large pings, then two a second.
traffic() {
    ip addr replace "10.0.$3.1/24" dev "$5"
    ip -n "$1" addr replace "10.0.$3.$4/24" dev "$2"
    (
        ip netns exec "$1" ping -q -s 1400 -c 40 -i 0.02 -W 1 "10.0.$3.1"
        while :; do
            ip netns exec "$1" ping -q -s 200 -i 0.5 "10.0.$3.1"
            sleep 1
        done
    ) >/dev/null 2>&1 </dev/null &
}

# monitor IF MON CHANNEL [MAC]: a monitor interface MON on IF's radio. With an
# address it is an active one: it acknowledges what is sent there, which an
# attacker needs so that access points and clients don't give up on it. (On
# ordinary radios only.)
monitor() {
    ip link set "$1" down
    iw dev "$1" interface add "$2" type monitor ${4:+flags active}
    [ -z "${4:-}" ] || ip link set "$2" address "$4"
    ip link set "$2" up
    iw dev "$2" set channel "$3" || broken "$2: can't tune to channel $3"
    note "monitor $2 on $1, channel $3"
}
