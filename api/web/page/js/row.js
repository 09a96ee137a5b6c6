// One alert in a list.

import { el } from './dom.js';
import { isoTime, network, severityOf, shortTime, stations } from './format.js';

export const badge = (value) => el('span', { class: 'badge', 'data-severity': value }, severityOf(value).word);

export function row(a) {
  const severity = a['kismet.alert.severity'];
  const time = a['kismet.alert.timestamp'];
  const channel = a['kismet.alert.channel'];
  const signal = a['picket.alert.signal_dbm'];
  const about = [
    channel && `channel ${channel}`, signal ? `${signal} dBm` : '', a['picket.alert.datasource'],
  ].filter(Boolean).join(' \u00b7 ');
  return el('li', { class: 'row', 'data-severity': severity },
    el('a', { href: `#alert/${a['kismet.alert.hash']}` },
      badge(severity),
      el('time', { datetime: isoTime(time) }, shortTime(time)),
      el('strong', { class: 'name' }, a['kismet.alert.header']),
      el('span', { class: 'what' },
        el('bdi', { class: 'network' }, network(a) ?? ''), el('span', { class: 'stations' }, stations(a)), el('bdi', { class: 'text' }, a['kismet.alert.text'])),
      el('span', { class: 'about' }, about)));
}
