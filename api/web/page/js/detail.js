// All about one alert.

import { byId, el } from './dom.js';
import { address, count, fullTime, isoTime, number, ssid } from './format.js';
import { badge } from './row.js';
import { get } from './server.js';

const verdicts = {
  spoofed: 'spoofed: the frames are not from the sender that they name',
  genuine: 'genuine: the frames are from the sender that they name',
  unknown: 'unknown: it can\u2019t be told whether the frames are from the sender that they name',
};

const when = (seconds) => (seconds ? el('time', { datetime: isoTime(seconds) }, fullTime(seconds)) : null);

const mac = (value) => (address(value) ? el('span', { class: 'mac' }, value, address(value) === value ? '' : ` (${address(value)})`) : null);

function place(location) {
  const [lon, lat] = location?.['kismet.common.location.geopoint'] ?? [0, 0];
  return lon || lat ? `${lat}, ${lon}` : null;
}

// facts are the fields by what people call them, in the order to read them.
const facts = [
  ['Time', (a) => when(a['kismet.alert.timestamp'])],
  ['Network', (a) => (a['picket.alert.ssid_hex'] ? el('bdi', {}, ssid(a['picket.alert.ssid_hex'])) : null)],
  ['BSSID', (a) => mac(a['kismet.alert.transmitter_mac'])],
  ['Source', (a) => mac(a['kismet.alert.source_mac'])],
  ['Destination', (a) => mac(a['kismet.alert.dest_mac'])],
  ['Other station', (a) => mac(a['kismet.alert.other_mac'])],
  ['Verdict', (a) => verdicts[a['picket.alert.verdict']] ?? a['picket.alert.verdict']],
  ['Channel', (a) => [a['kismet.alert.channel'], a['kismet.alert.frequency'] ? `${a['kismet.alert.frequency'] / 1000} MHz` : ''].filter(Boolean).join(', ')],
  ['Signal', (a) => (a['picket.alert.signal_dbm'] ? `${a['picket.alert.signal_dbm']} dBm` : null)],
  ['Frames', (a) => (a['picket.alert.frames'] ? number(a['picket.alert.frames']) : null)],
  ['Not repeated', (a) => (a['picket.alert.suppressed'] ? `${count(a['picket.alert.suppressed'], 'alert')} of this kind about the same, since the last one` : null)],
  ['Heard by', (a) => a['picket.alert.datasource']],
  ['Last frame', (a) => when(a['picket.alert.frame_time'])],
  ['Location', (a) => place(a['kismet.alert.location'])],
  ['Class', (a) => a['kismet.alert.class']],
  ['Identifier', (a) => String(a['kismet.alert.hash'])],
];

function show(a) {
  const path = `alerts/by-id/${a['kismet.alert.hash']}`;
  byId('detail-title').replaceChildren(badge(a['kismet.alert.severity']), ' ', el('bdi', {}, a['kismet.alert.header']));
  const list = el('dl', { class: 'facts' });
  for (const [name, read] of facts) {
    const value = read(a);
    if (value) list.append(el('dt', {}, name), el('dd', {}, value));
  }
  byId('detail-body').replaceChildren(
    el('p', { class: 'text' }, el('bdi', {}, a['kismet.alert.text'])),
    list,
    el('p', { class: 'buttons' },
      a['picket.alert.frame_time'] ? el('a', { class: 'button primary', href: `${path}/packets.pcapng`, id: 'frames', target: '_blank', rel: 'noopener' }, 'Frames (pcapng)') : null,
      el('a', { class: 'button', href: `${path}/alert.prettyjson`, id: 'record', target: '_blank', rel: 'noopener' }, 'Record (JSON)')));
}

// open shows the alert of a hash. known is what the page has of it.
export async function open(hash, known) {
  const dialog = byId('detail');
  if (known) {
    show(known);
  } else {
    byId('detail-title').textContent = 'Alert';
    byId('detail-body').replaceChildren(el('p', {}, 'Asking the server\u2026'));
  }
  if (!dialog.open) dialog.showModal();
  byId('detail-title').focus();
  if (known) return;
  try {
    show(await get(`alerts/by-id/${encodeURIComponent(hash)}/alert.json`));
  } catch (error) {
    byId('detail-body').replaceChildren(el('p', {}, error.status === 404
      ? 'The server no longer knows this alert.' : `The alert can\u2019t be had: ${error.message}`));
  }
}

export const close = () => byId('detail').close();
