#!/bin/sh
# What tshark says of 802.11 captures, one line a frame: the oracle of oracle_test.go.
#
#   tshark.sh            rewrite NAME.tsv beside each capture NAME.pcap.gz here
#   tshark.sh CAPTURE    print the table of any capture
#
# The captures here were recorded on simulated radios (mac80211_hwsim) and cut to
# a few frames of each kind.
#
# Preferences are tshark's defaults but for those below; captured bytes are
# shown as they are: nothing decrypted or put together from fragments.
set -eu

fields='
frame.number frame.protocols _ws.malformed _ws.unreassembled _ws.short
radiotap.mactime radiotap.flags radiotap.datarate radiotap.channel.freq radiotap.dbm_antsignal radiotap.dbm_antnoise
radiotap.antenna radiotap.mcs.index radiotap.mcs.bw radiotap.mcs.gi radiotap.vht.mcs.0 radiotap.vht.nss.0 radiotap.vht.bw
radiotap.he.data_3.data_mcs radiotap.he.data_6.nsts
wlan_radio.frequency wlan_radio.channel wlan_radio.data_rate wlan_radio.signal_dbm wlan_radio.noise_dbm
wlan.fcs wlan.fcs.status
wlan.fc.version wlan.fc.type_subtype wlan.flags wlan.duration wlan.aid wlan.seq wlan.frag
wlan.ra wlan.ta wlan.sa wlan.da wlan.bssid
wlan.qos.tid wlan.qos.amsdupresent wlan.htc
wlan.fixed.timestamp wlan.fixed.beacon wlan.fixed.capabilities
wlan.fixed.auth.alg wlan.fixed.auth_seq wlan.fixed.status_code wlan.fixed.reason_code
wlan.fixed.aid wlan.fixed.listen_ival wlan.fixed.current_ap
wlan.fixed.category_code wlan.fixed.action_code wlan.fixed.publicact wlan.fixed.mesh_action wlan.fixed.selfprot_action
wlan.fixed.extchansw.switchmode wlan.fixed.extchansw.new.opeclass wlan.fixed.extchansw.new.channumber wlan.extchansw.switchcount
wlan.tag.number wlan.tag.length wlan.ext_tag.number
wlan.ssid wlan.ds.current_channel wlan.ht.info.primarychannel wlan.ht.info.secchanoffset
wlan.vht.op.channelwidth wlan.vht.op.channelcenter0 wlan.vht.op.channelcenter1
wlan.ext_tag.he_operation.6ghz.primary_channel
wlan.tim.dtim_count wlan.tim.dtim_period wlan.country_info.code wlan.mesh.id
wlan.csa.channel_switch_mode wlan.csa.new_channel_number wlan.csa.channel_switch.count
wlan.rsn.version wlan.rsn.gcs wlan.rsn.pcs.count wlan.rsn.pcs wlan.rsn.akms.count wlan.rsn.akms
wlan.rsn.capabilities wlan.rsn.pmkid.count wlan.rsn.gmcs.type
wlan.wfa.ie.wpa.version wlan.wfa.ie.wpa.mcs wlan.wfa.ie.wpa.ucs.count wlan.wfa.ie.wpa.ucs
wlan.wfa.ie.wpa.akms.count wlan.wfa.ie.wpa.akms
llc.oui llc.type
wlan_aggregate.a_mdsu.length
eapol.version eapol.type eapol.len eapol.keydes.type wlan_rsna_eapol.keydes.key_info eapol.keydes.key_len
eapol.keydes.replay_counter wlan_rsna_eapol.keydes.nonce wlan_rsna_eapol.keydes.mic wlan_rsna_eapol.keydes.data_len
'

config=$(mktemp -d)
trap 'rm -rf "$config"' EXIT

table() {
	set -- "$1" $(for f in $fields; do printf -- '-e %s ' "$f"; done)
	capture=$1
	shift
	WIRESHARK_CONFIG_DIR=$config tshark -n -r "$capture" -T fields -E header=y -E occurrence=a -E aggregator=, \
		-o wlan.defragment:FALSE -o wlan.enable_decryption:FALSE -o wlan.check_checksum:TRUE "$@" 2>/dev/null
}

if [ $# -gt 0 ]; then
	table "$1"
	exit
fi
cd "$(dirname "$0")"
for capture in *.pcap.gz; do
	# The benchmark's has many frames, but of few kinds.
	[ "$capture" = deauthentication.pcap.gz ] && continue
	table "$capture" >"${capture%.pcap.gz}.tsv"
done
