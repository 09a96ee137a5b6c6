# What every scenario begins with:
#
#   #!/bin/bash
#   . /lab/lib.sh
#   air                                    # signals, the attacker's radio
#   watch wlan10:name=attic,channel=6      # picket
#   network                                # two access points, three clients
#   attack 20 mdk4 atk0 d -B "$AP1_MAC"
#   done_here
#
# All that is done gets a line with its time in $OUT/NAME.txt. All radios are
# mac80211_hwsim's: wlan0 to wlan9 are ordinary ones, wlan10 up are sensors'.

OUT=/lab/out RUN=/run/lab
NAME=$(basename "$0" .sh)
COUNTRY=DE                               # lets an access point start at 6 GHz
CHANNEL=6                                # of the standard network
PASS=correct-horse-battery               # of every network
PEACE=8                                  # seconds before and after attacks

# The standard network, with addresses as vendors give them, so that nothing is
# taken for a made-up one. wlan5 to wlan8 and wlan11 up are free.
AP1_IF=wlan0 AP1_MAC=9c:5c:8e:10:00:01 AP1_SSID=HomeNet   # WPA2-PSK
AP2_IF=wlan1 AP2_MAC=d8:07:b6:20:00:02 AP2_SSID=OfficeNet # WPA3-SAE
C1_IF=wlan2 C1_MAC=3c:22:fb:aa:00:11                      # on AP 1
C2_IF=wlan3 C2_MAC=a4:83:e7:bb:00:22                      # on AP 2
C3_IF=wlan4 C3_MAC=f0:18:98:cc:00:33                      # on AP 1
ATK_IF=wlan9 ATK_MAC=00:c0:ca:66:00:09                    # the attacker

# How strongly each radio is heard, in dBm, before its transmit power (20 dBm at
# 2.4 GHz) is added; injected frames don't get it added.
SIGNAL="wlan0=-68 wlan1=-78 wlan2=-75 wlan3=-85 wlan4=-65 wlan5=-80 wlan6=-72 wlan9=-61"

export TZ=UTC
mkdir -p "$RUN"

. /lab/air.sh
. /lab/sensor.sh

# note TEXT: a line with the time. broken TEXT: the scenario can't go on.
note() {
    local t=$EPOCHREALTIME
    local ms=${t#*.}
    printf '%(%FT%T)T.%sZ %s.%s %s\n' "${t%.*}" "${ms:0:3}" "${t%.*}" "${ms:0:3}" "$*" |
        tee -a "$OUT/$NAME.txt"
}
broken() {
    note "BROKEN: $*"
    exit 1
}

# run CMD...: run it; when it began and how it ended is noted.
run() {
    local status=0
    note "run: $*"
    echo "### $*" >>"$OUT/tools.log"
    "$@" >>"$OUT/tools.log" 2>&1 || status=$?
    note "end: exit $status"
}

# attack SECONDS CMD...: run it for so long at most (exit 143: it was ended).
attack() {
    note "ATTACK BEGIN"
    run timeout -k 2 "$@"
    note "ATTACK END"
}

# bg NAME CMD...: start in the background. stop NAME: end it and wait.
bg() {
    local name=$1
    shift
    note "start $name: $*"
    "$@" >>"$OUT/$name.log" 2>&1 </dev/null &
    echo $! >"$RUN/$name.pid"
}
stop() {
    local pid
    pid=$(cat "$RUN/$1.pid" 2>/dev/null) || return 0
    kill "${2:--TERM}" "$pid" 2>/dev/null
    rm -f "$RUN/$1.pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
    note "stopped $1"
}

# done_here: some more peace, then what picket has to say, and the end.
done_here() {
    local f
    if [ ! -e "$RUN/picket.pid" ]; then
        echo '[]' >"$OUT/alerts.json"
        note END
        exit 0
    fi
    sleep "$PEACE"
    api /alerts/all_alerts.json >"$OUT/alerts.json" || broken "the API has no alerts"
    api /datasource/all_sources.json >"$OUT/sources.json"
    for f in "$RUN"/record-*.pid; do
        [ ! -e "$f" ] || stop "$(basename "$f" .pid)" -INT
    done
    stop picket
    check "no monitor interface is left" sh -c '! ls -d /sys/class/net/*mon'
    note END
    exit 0
}
