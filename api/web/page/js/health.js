// How the sensor is.

import { byId, el } from './dom.js';
import { age, count, fullTime, isoTime, memory, number, shortTime } from './format.js';
import { get } from './server.js';

const lookEvery = 5_000; // ms, while the view is shown
const glanceEvery = 15_000; // else
const messagesShown = 200;
const error = 4; // and alert, fatal: the flags of messages

const ill = 503;

function mark(health) {
  const bad = health.parts.filter((p) => p.status !== 'ok').length;
  const m = byId('health-mark');
  m.hidden = bad === 0;
  m.textContent = bad;
  m.title = `${count(bad, 'part')} ill`;
  m.setAttribute('aria-label', m.title);
}

function showParts(health, ready) {
  const bad = health.parts.filter((p) => p.status !== 'ok');
  const starting = ready.parts.filter((p) => p.status !== 'ok');
  const summary = byId('health-summary');
  summary.dataset.status = bad.length ? 'ill' : 'ok';
  summary.textContent = bad.length ? `Ill: ${bad.map((p) => p.name).join(', ')}`
    : starting.length ? `Not ready yet: ${starting.map((p) => p.name).join(', ')}` : 'All parts are well.';
  const parts = health.parts.concat(starting.filter((p) => !bad.some((b) => b.name === p.name)));
  byId('parts').replaceChildren(...parts.map((p) => el('li', { 'data-status': p.status },
    el('strong', {}, p.name), ' ', el('span', { class: 'state' }, p.status === 'ok' ? 'well' : 'ill'),
    p.since ? el('time', { datetime: p.since }, ` since ${shortTime(Date.parse(p.since) / 1000)}`) : null,
    p.reason ? el('bdi', { class: 'reason' }, p.reason) : null)));
}

function showServer(s) {
  const name = s['kismet.system.server_name'];
  const own = name !== 'picket'; // which it has from the start
  byId('server-name').textContent = own ? name : '';
  document.title = own && name ? `picket \u00b7 ${name}` : 'picket';
  const list = [
    ['Name', name], ['Description', s['kismet.system.server_description']], ['Location', s['kismet.system.server_location']],
    ['Version', s['kismet.system.version']],
    ['Running since', fullTime(s['kismet.system.timestamp.start_sec'])],
    ['Memory', memory(s['kismet.system.memory.rss'])], ['Devices', number(s['kismet.system.devices.count'])],
    ['Runs as', s['kismet.system.user']],
  ];
  byId('about').replaceChildren(...list.filter(([, value]) => value).flatMap(([term, value]) => [el('dt', {}, term), el('dd', {}, value)]));
}

function tuned(s) {
  if (!s['kismet.datasource.running']) return '';
  if (s['kismet.datasource.hopping']) return `hopping over ${count(s['kismet.datasource.hop_channels'].length, 'channel')}, now on ${s['kismet.datasource.channel'] || 'none'}`;
  return s['kismet.datasource.channel'] ? `channel ${s['kismet.datasource.channel']}` : '';
}

function heard(last) {
  const ago = Date.now() / 1000 - last;
  return last === 0 ? 'nothing heard yet' : ago < 5 ? 'heard just now' : `last heard ${age(ago)} ago`;
}

function showSources(list) {
  byId('sources').replaceChildren(...list.map((s) => {
    const runs = s['kismet.datasource.running'] && !s['kismet.datasource.paused'];
    const last = s['picket.datasource.last_frame'];
    const damaged = s['kismet.datasource.num_error_packets'];
    const drops = s['picket.datasource.kernel_drops'];
    return el('li', { 'data-status': runs ? 'ok' : 'ill' },
      el('strong', {}, s['kismet.datasource.name'] || s['kismet.datasource.interface']), ' ',
      el('span', { class: 'state' }, s['kismet.datasource.paused'] ? 'paused' : runs ? 'running' : 'stopped'),
      el('span', { class: 'facts-line' }, [
        s['kismet.datasource.hardware'], tuned(s), count(s['kismet.datasource.num_packets'], 'frame'), `${number(drops)} dropped`,
        damaged ? `${number(damaged)} damaged` : '', heard(last),
      ].filter(Boolean).join(' \u00b7 ')),
      s['kismet.datasource.error_reason'] || s['kismet.datasource.warning']
        ? el('bdi', { class: 'reason' }, s['kismet.datasource.error_reason'] || s['kismet.datasource.warning']) : null);
  }));
  if (list.length === 0) byId('sources').replaceChildren(el('li', {}, 'There is no source: nothing is heard.'));
}

function showMessages(answer) {
  const list = answer['kismet.messagebus.list'].slice(-messagesShown).reverse();
  byId('messages').replaceChildren(...list.map((m) => {
    const time = m['kismet.messagebus.message_time'];
    return el('li', { 'data-grave': m['kismet.messagebus.message_flags'] >= error },
      el('time', { datetime: isoTime(time) }, shortTime(time)), ' ', el('bdi', {}, m['kismet.messagebus.message_string']));
  }));
}

const health = () => get('healthz', [ill]);

async function look() {
  const [parts, ready, status, sources, messages] = await Promise.all([
    health(), get('readyz', [ill]), get('system/status.json'), get('datasource/all_sources.json'), get('messagebus/last-time/0/messages.json'),
  ]);
  mark(parts);
  showParts(parts, ready);
  showServer(status);
  showSources(sources);
  showMessages(messages);
}

let timer;
let shown = false;

async function tick() {
  clearTimeout(timer);
  try {
    if (shown) await look(); else mark(await health());
  } catch (e) {
    byId('health-summary').dataset.status = 'ill';
    byId('health-summary').textContent = `The server can\u2019t be asked: ${e.message}`;
  }
  clearTimeout(timer); // of a tick that began meanwhile
  timer = setTimeout(tick, shown ? lookEvery : glanceEvery);
}

// show says whether the view is shown.
export function show(is) {
  if (is && !shown) setTimeout(tick);
  shown = is;
}

export async function start() {
  tick();
  try {
    showServer(await get('system/status.json'));
  } catch {
    // the view asks again
  }
}
