# picket in the guest: started, asked over its API, checked. Sourced by lib.sh.

API=http://127.0.0.1:2502
LOGIN=lab:correct-horse

# watch DEFINITION...: picket on these sources, with its API. Radios are known by
# the names in the definitions. AS="setpriv ..." runs it as somebody else.
watch() {
    local args=() d i
    for d in "$@"; do args+=(--source "$d"); done
    note "picket on $*"
    ${AS:-} picket run --config /lab/picket.conf --data "$RUN/data" --http "${API#http://}" \
        "${args[@]}" >>"$OUT/picket.log" 2>&1 </dev/null &
    echo $! >"$RUN/picket.pid"
    for ((i = 0; i < 60; i++)); do
        kill -0 "$(cat "$RUN/picket.pid")" 2>/dev/null || break
        if api /system/status.json >/dev/null 2>&1; then
            recorded "$@"
            return
        fi
        sleep 0.25
    done
    broken "picket does not serve its API: $(tail -n 2 "$OUT/picket.log")"
}

# recorded DEFINITION...: write what the sensors hear to the output folder, if
# that was asked for.
recorded() {
    local d
    [ -n "${record:-}" ] || return 0
    for d in "$@"; do
        eventually 10 "${d%%:*} can be recorded" test -e "/sys/class/net/${d%%:*}mon"
        tcpdump -Z root -i "${d%%:*}mon" -B 32768 -w "$OUT/$NAME-${d%%:*}.pcap" 2>>"$OUT/tools.log" &
        echo $! >"$RUN/record-${d%%:*}.pid"
    done
}

# api PATH: what the API answers. order PATH JSON: a command.
api() { wget -q -O - "$API$1"; }
order() {
    wget -q -O - --header "Authorization: Basic $(printf %s "$LOGIN" | base64)" \
        --header 'Content-Type: application/json' --post-data "$2" "$API$1"
}

# source_says NAME JQ: what a jq expression gives for a source, whose keys have no
# prefix here. source_is NAME JQ: that it is true.
short_keys='map(with_entries(.key |= sub("^(kismet|picket)\\.datasource\\."; "")))'
source_says() {
    api /datasource/all_sources.json |
        jq -r --arg name "$1" "$short_keys | .[] | select(.name == \$name) | $2"
}
source_is() { [ "$(source_says "$1" "$2")" = true ]; }

# check TEXT CMD...: what has to hold. eventually SECONDS TEXT CMD...: what has
# to hold within so many seconds. What does not fails the scenario.
check() {
    local text=$1
    shift
    if "$@" >>"$OUT/tools.log" 2>&1; then note "CHECK ok: $text"; else failed "$text"; fi
}
eventually() {
    local limit=$(($1 * 1000)) text=$2 began=${EPOCHREALTIME/./} spent=0
    shift 2
    while [ $spent -lt $limit ]; do
        if "$@" >>"$OUT/tools.log" 2>&1; then
            note "CHECK ok within $(((${EPOCHREALTIME/./} - began) / 1000)) ms: $text"
            return
        fi
        sleep 0.1
        spent=$(((${EPOCHREALTIME/./} - began) / 1000))
    done
    failed "$text, not even after $((limit / 1000)) s"
}
failed() {
    note "CHECK FAILED: $*"
    api /datasource/all_sources.json 2>/dev/null | jq -c "$short_keys | .[] |
        {name, running, error_reason, paused, channel, hopping, num_packets, total_retry_attempts, retuned}" |
        while read -r line; do note "state: $line"; done
}

# hears NAME: frames go on coming in from a source.
hears() {
    local before
    before=$(source_says "$1" .num_packets)
    sleep 1
    source_is "$1" ".num_packets > ${before:-0}"
}

# cpu PID: nanoseconds of processor time that a process has used.
cpu() { cat /proc/"$1"/task/*/schedstat | awk '{ s += $1 } END { printf "%.0f", s }'; }
