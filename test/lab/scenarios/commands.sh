#!/bin/bash
# Sources are added, tuned, paused, resumed, set hopping and closed over the API
# while picket runs.
#: sensors 2
. /lab/lib.sh
air
watch wlan10:name=attic,channel=6
network
check "it hears frames" hears attic
uuid=$(source_says attic .uuid)

check "a source is added" order /datasource/add_source.cmd '{"definition": "wlan11:name=cellar,channel=6"}'
eventually 10 "it runs" source_is cellar '.running == 1 and .channel == "6"'
check "it hears frames" hears cellar

check "the channel is set" order "/datasource/by-uuid/$uuid/set_channel.cmd" '{"channel": "11"}'
eventually 5 "the radio is there" source_is attic '.channel == "11" and .hopping == 0'
check "the kernel says so too" sh -c 'iw dev wlan10mon info | grep -q "channel 11 "'

check "hopping is set" order "/datasource/by-uuid/$uuid/set_channel.cmd" '{"channels": ["1", "6", "36"], "rate": 5}'
eventually 5 "the radio hops" source_is attic '.hopping == 1 and .hop_rate == 5 and (.hop_channels | length) == 3'

check "the source is paused" order "/datasource/by-uuid/$uuid/pause_source.cmd" '{}'
sleep 1
check "it says so" source_is attic '.paused == 1'
before=$(source_says attic .num_packets)
sleep 3
check "no frame is counted" test "$(source_says attic .num_packets)" = "$before"
check "it is resumed" order "/datasource/by-uuid/$uuid/resume_source.cmd" '{}'
check "the channel is set again" order "/datasource/by-uuid/$uuid/set_channel.cmd" '{"channel": "6"}'
eventually 5 "it hears frames" hears attic

check "the source is closed" order "/datasource/by-uuid/$uuid/close_source.cmd" '{}'
eventually 5 "its interface is gone" sh -c '! test -e /sys/class/net/wlan10mon'
check "it does not run" source_is attic '.running == 0'
check "the other goes on" hears cellar
check "a command needs a login" sh -c "! wget -q -O - --post-data '{}' $API/datasource/by-uuid/$uuid/open_source.cmd"
done_here
