// What is in records, as people read it.

export const severities = [
  { value: 20, word: 'Critical' }, { value: 15, word: 'High' }, { value: 10, word: 'Medium' }, { value: 5, word: 'Low' }, { value: 0, word: 'Info' },
];

export const severityOf = (value) => severities.find((s) => s.value === value) ?? { value, word: `Severity ${value}` };

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

// shortTime is the time of day, with the date if it is not of today.
export function shortTime(seconds) {
  const d = new Date(seconds * 1000);
  const today = d.toDateString() === new Date().toDateString();
  return today ? clock.format(d) : `${day.format(d)} ${clock.format(d)}`;
}

export const fullTime = (seconds) => full.format(new Date(seconds * 1000));

export const isoTime = (seconds) => new Date(seconds * 1000).toISOString();

const zero = '00:00:00:00:00:00';
const everybody = 'FF:FF:FF:FF:FF:FF';

// address is a MAC address for people, null if there is none.
export function address(mac) {
  if (!mac || mac === zero) return null;
  return mac === everybody ? 'everybody' : mac;
}

// ssid is the name of a network as text. Characters that are none, or that
// change how others look, are replaced.
export function ssid(hex) {
  if (!hex) return '';
  const octets = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  return new TextDecoder().decode(octets).replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
}

// network is the name of what an alert is about, null if it says nothing.
export function network(a) {
  return ssid(a['picket.alert.ssid_hex']) || address(a['kismet.alert.transmitter_mac']);
}

// stations are the other parties of an alert, without the network's own address.
export function stations(a) {
  const own = a['kismet.alert.transmitter_mac'];
  const party = (key) => (a[key] === own ? null : address(a[key]));
  const source = party('kismet.alert.source_mac');
  const dest = party('kismet.alert.dest_mac');
  if (source && dest) return `${source} \u2192 ${dest}`;
  if (source) return `from ${source}`;
  return dest ? `to ${dest}` : '';
}

const numbers = new Intl.NumberFormat();
export const number = (n) => numbers.format(n);

export const count = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

export const memory = (kilobytes) => `${(kilobytes / 1024).toFixed(1)} MiB`;

// age is how long ago a moment is, roughly.
export function age(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return count(s, 'second');
  if (s < 3600) return count(Math.floor(s / 60), 'minute');
  if (s < 48 * 3600) return count(Math.floor(s / 3600), 'hour');
  return count(Math.floor(s / 86400), 'day');
}
