// The live list of alerts.

import { arrange, byId, el, later } from './dom.js';
import { Feed } from './feed.js';
import { count, network, severities, ssid } from './format.js';
import { row } from './row.js';
import { get } from './server.js';

const pageSize = 200; // alerts asked for, and rows added, at a time
const mostKept = 5_000; // alerts in memory: the page may be open for months
const nowTime = 300; // seconds that an attack counts as going on

const timeOf = (a) => a['kismet.alert.timestamp'];

const known = new Map(); // alerts by time, which is unique
const rows = new Map(); // their elements, by time
let order = []; // newest first
let total = 0; // on the server, when it was asked last
let rowsShown = pageSize;
let pausedAt = Infinity; // time of the newest alert that is shown
const severityOn = new Set(severities.map((s) => s.value));
let words = [];

// find returns the alert of a hash, if the page has it.
export const find = (hash) => order.find((a) => String(a['kismet.alert.hash']) === hash);

function add(list) {
  const fresh = list.filter((a) => !known.has(timeOf(a)));
  if (fresh.length === 0) return 0;
  for (const a of fresh) known.set(timeOf(a), a);
  order = order.concat(fresh).sort((a, b) => timeOf(b) - timeOf(a));
  return fresh.length;
}

function forget() {
  for (const a of order.splice(mostKept)) {
    known.delete(timeOf(a));
    rows.delete(timeOf(a));
  }
}

// searched is what the filter looks at.
const searched = (a) => [
  a['kismet.alert.header'], a['kismet.alert.text'], a['kismet.alert.class'], ssid(a['picket.alert.ssid_hex']), a['kismet.alert.transmitter_mac'],
  a['kismet.alert.source_mac'], a['kismet.alert.dest_mac'], a['kismet.alert.other_mac'], a['picket.alert.datasource'],
].join('\n').toLowerCase();

const matches = (a) => (severityOn.has(a['kismet.alert.severity']) || !severities.some((s) => s.value === a['kismet.alert.severity']))
  && (words.length === 0 || words.every((word) => searched(a).includes(word)));

function rowOf(a) {
  if (!rows.has(timeOf(a))) rows.set(timeOf(a), row(a));
  return rows.get(timeOf(a));
}

const draw = later(() => {
  const old = order.filter((a) => timeOf(a) <= pausedAt);
  const matching = old.filter(matches);
  arrange(byId('list'), matching.slice(0, rowsShown).map(rowOf));
  const waiting = order.length - old.length;
  byId('pause').textContent = pausedAt === Infinity ? 'Pause' : waiting ? `Resume (${waiting} new)` : 'Resume';
  const isFiltered = matching.length < old.length;
  byId('count').textContent = order.length === 0 ? '' : isFiltered
    ? `${count(matching.length, 'alert')} of ${old.length} match` : count(old.length, 'alert');
  byId('empty').hidden = matching.length > 0;
  byId('empty').textContent = order.length ? 'No alert here matches the filter.' : 'No alerts. picket is listening, and they appear here by themselves.';
  const isAll = matching.length <= rowsShown && order.length >= Math.min(total, mostKept);
  byId('older').hidden = isAll;
  byId('to-history').hidden = !isAll;
  drawCounts(old);
  drawNow();
});

function drawCounts(list) {
  for (const s of severities) {
    byId(`count-${s.value}`).textContent = list.filter((a) => a['kismet.alert.severity'] === s.value).length;
  }
}

// drawNow shows what is attacked now, the gravest first.
function drawNow() {
  const since = Date.now() / 1000 - nowTime;
  const attacked = new Map();
  for (const a of order) {
    if (timeOf(a) < since) break;
    const name = network(a);
    if (!name || a['kismet.alert.severity'] === 0) continue;
    const entry = attacked.get(name) ?? { name, worst: 0, alerts: new Set() };
    entry.worst = Math.max(entry.worst, a['kismet.alert.severity']);
    entry.alerts.add(a['kismet.alert.header']);
    attacked.set(name, entry);
  }
  const list = [...attacked.values()].sort((a, b) => b.worst - a.worst).slice(0, 8);
  byId('now').hidden = list.length === 0;
  const shown = JSON.stringify(list.map((e) => [e.name, e.worst, [...e.alerts]]));
  if (byId('now-list').dataset.shown === shown) return;
  byId('now-list').dataset.shown = shown;
  byId('now-list').replaceChildren(...list.map((e) => el('li', {},
    el('button', { type: 'button', 'data-severity': e.worst, title: 'Show its alerts alone', onclick: () => filterBy(e.name) },
      el('bdi', {}, e.name), el('small', {}, [...e.alerts].slice(0, 3).join(', ') + (e.alerts.size > 3 ? ` and ${e.alerts.size - 3} more` : ''))))));
}

function filterBy(text) {
  byId('filter-text').value = text;
  readFilter();
}

function readFilter() {
  words = byId('filter-text').value.toLowerCase().split(/\s+/).filter(Boolean);
  rowsShown = pageSize;
  draw();
}

function makeFilter() {
  for (const s of severities) {
    const box = el('input', { type: 'checkbox', checked: true, value: s.value, onchange: () => {
      if (box.checked) severityOn.add(s.value); else severityOn.delete(s.value);
      draw();
    } });
    byId('filter-severity').append(el('label', { class: 'chip', 'data-severity': s.value }, box, s.word, el('span', { id: `count-${s.value}`, class: 'tally' }, '0')));
  }
  byId('filter-text').addEventListener('input', readFilter);
  byId('filter').addEventListener('submit', (event) => event.preventDefault());
  byId('pause').addEventListener('click', () => {
    pausedAt = pausedAt === Infinity ? (order.length ? timeOf(order[0]) : 0) : Infinity;
    byId('pause').setAttribute('aria-pressed', pausedAt !== Infinity);
    draw();
  });
  byId('older').addEventListener('click', showOlder);
}

// loadPage adds alerts that the server has. It speaks Kismet's dialect, in which
// "asc" is newest first.
async function loadPage(page) {
  const answer = await get(`alerts/alerts_view.json?page=${page}&length=${pageSize}&sort=kismet.alert.timestamp&sort_dir=asc`);
  total = answer.last_row;
  return add(answer.data);
}

async function showOlder() {
  const button = byId('older');
  button.disabled = true;
  try {
    // New alerts push others onto later pages: one that was seen whole has none.
    for (let page = Math.floor(order.length / pageSize); order.length < Math.min(total, mostKept); page++) {
      if (await loadPage(page) > 0 || page * pageSize > total) break;
    }
    rowsShown += pageSize;
  } catch (error) {
    byId('count').textContent = `Older alerts can't be had: ${error.message}`;
  }
  button.disabled = false;
  draw();
}

// start shows what the server has, then what comes.
export async function start(onState) {
  makeFilter();
  for (let loaded = false; !loaded;) {
    try {
      await loadPage(0);
      loaded = true;
    } catch (error) {
      onState('lost', error);
      await new Promise((resolve) => { setTimeout(resolve, 2_000); });
    }
  }
  draw();
  setInterval(draw, 10_000); // attacks end
  const feed = new Feed(order.length ? timeOf(order[0]) : 0, {
    alerts: (list) => {
      total += add(list);
      forget();
      if (list.length) draw();
    },
    state: onState,
    gap: () => {
      byId('gap').textContent = 'The connection was lost for so long that some alerts between are no longer in the server\u2019s memory. The history may have them.';
      byId('gap').hidden = false;
    },
  });
  feed.run();
}
