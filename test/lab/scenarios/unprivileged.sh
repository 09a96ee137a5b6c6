#!/bin/bash
# picket as an ordinary user: without capabilities it says which command grants
# them, and after that command it works; and with capabilities from its parent.
# What was raised before picket was started anew is there afterwards.
#: allow SOURCEERROR of the first start, which is kept
#: expect 1 BCASTDISCON transmitter_mac=9c:5c:8e:10:00:01
#: expect 1 DEAUTHFLOOD transmitter_mac=9c:5c:8e:10:00:01
. /lab/lib.sh
mkdir "$RUN/data" && chown picket "$RUN/data"
cp /lab/picket /tmp/picket # where an ordinary user may run it, and capabilities can be given
export PATH=/tmp:$PATH
air

# A source that can't run is no reason for picket to end: it goes on trying.
AS="setpriv --reuid 1000 --regid 1000 --clear-groups" watch wlan10:name=attic,channel=6
eventually 5 "the source says that it may not" source_is attic '.running == 0 and (.error_reason | test("setcap"))'
reason=$(source_says attic .error_reason)
note "FIGURE: what it says: $reason"
grant=$(grep -o 'setcap [^ ]* [^ "]*picket' <<<"$reason")
check "the command is about this program" test "${grant##* }" = /tmp/picket
stop picket

run $grant
AS="setpriv --reuid 1000 --regid 1000 --clear-groups" watch wlan10:name=attic,channel=6
eventually 5 "the source runs" source_is attic '.running == 1'
status=/proc/$(cat "$RUN/picket.pid")/status
check "it runs as an ordinary user" grep -q '^Uid:.*1000.*1000' "$status"
stop picket
setcap -r /tmp/picket

AS="setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps -all,+net_admin,+net_raw
    --ambient-caps -all,+net_admin,+net_raw --bounding-set -all,+net_admin,+net_raw" watch wlan10:name=attic,channel=6
eventually 5 "the source runs" source_is attic '.running == 1'
check "what was raised two starts ago is there" grep -q setcap <<<"$(api /alerts/all_alerts.json)"
status=/proc/$(cat "$RUN/picket.pid")/status
check "it has two capabilities and no more" grep -q '^CapEff:.*0000000000003000' "$status"
network
attack 30 aireplay-ng --deauth 2 -a "$AP1_MAC" atk0
done_here
