// The search of alerts that the server keeps on disk.

import { byId, el } from './dom.js';
import { count, severities } from './format.js';
import { row } from './row.js';
import { get } from './server.js';

const found = new Map(); // alerts by hash, for their details
let shown = 0;
let next = null; // parameters of what is left

export const find = (hash) => found.get(hash);

// parameters are those of the form that are filled in. Times are of the browser's
// zone there.
function parameters() {
  const p = new URLSearchParams({ limit: 100 });
  for (const [name, value] of new FormData(byId('search'))) {
    const text = value.trim();
    if (text) p.set(name, name === 'since' || name === 'until' ? new Date(text).getTime() / 1000 : text);
  }
  if (p.has('name')) p.set('name', p.get('name').toUpperCase());
  return p;
}

async function search(p, clear) {
  const status = byId('search-status');
  status.textContent = 'Searching\u2026';
  byId('found-older').disabled = true;
  try {
    const answer = await get(`alerts/history.json?${p}`);
    const list = answer['kismet.alert.list'];
    if (clear) {
      found.clear();
      shown = 0;
      byId('found').replaceChildren();
    }
    for (const a of list) found.set(String(a['kismet.alert.hash']), a);
    byId('found').append(...list.map(row));
    shown += list.length;
    const cursor = answer['picket.alert.cursor'];
    next = cursor ? new URLSearchParams([...p].filter(([name]) => name !== 'cursor').concat([['cursor', cursor]])) : null;
    status.textContent = shown === 0 ? 'No alert matches.' : next ? `The newest ${count(shown, 'alert')}.` : count(shown, 'alert');
  } catch (error) {
    next = clear ? null : next;
    if (clear) byId('found').replaceChildren();
    status.textContent = error.status === 404 ? 'This picket keeps no history: history=true in its configuration turns it on.' : `The history can\u2019t be searched: ${error.message}`;
    byId('search').hidden = error.status === 404;
  }
  byId('found-older').disabled = false;
  byId('found-older').hidden = next === null;
}

// open is called when the view is shown: what was found before may be old.
export function open() {
  byId('search').hidden = false;
  search(parameters(), true);
  get('alerts/definitions.json').then((list) => {
    byId('names').replaceChildren(...list.map((d) => el('option', { value: d['kismet.alert.definition.header'] })));
  }, () => {}); // names can be typed
}

export function start() {
  const select = byId('search').elements.severity;
  select.append(el('option', { value: '' }, 'any'), ...severities.slice(0, -1).map((s) => el('option', { value: s.value },
    s.value === severities[0].value ? s.word : `${s.word} or graver`)));
  byId('search').addEventListener('submit', (event) => {
    event.preventDefault();
    search(parameters(), true);
  });
  byId('found-older').addEventListener('click', () => search(next, false));
}
