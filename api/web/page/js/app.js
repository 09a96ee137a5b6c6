// The page: which view is shown, and how the connection is.

import * as alerts from './alerts.js';
import * as detail from './detail.js';
import { byId } from './dom.js';
import { shortTime } from './format.js';
import * as health from './health.js';
import * as history from './history.js';
import * as login from './login.js';

const views = ['alerts', 'history', 'health'];
let view = '';

function showView(name) {
  if (view === name) return;
  view = name;
  for (const v of views) byId(v).hidden = v !== name;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.dataset.view === name) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current');
  }
  health.show(name === 'health');
  if (name === 'history') history.open();
}

// route shows what the address names: a view, or an alert over the view.
function route() {
  const name = location.hash.slice(1);
  if (name.startsWith('alert/')) {
    const hash = name.slice('alert/'.length);
    showView(view || 'alerts');
    detail.open(hash, history.find(hash) ?? alerts.find(hash));
    return;
  }
  if (byId('detail').open) detail.close();
  if (views.includes(name) || name === '') showView(name || 'alerts');
}

let lostAt = 0; // when the server could first not be reached; 0 while it can

function showState(state, error) {
  const link = byId('link');
  if (state !== 'lost') lostAt = 0; else lostAt ||= Date.now() / 1000;
  const words = { live: 'Live', polling: 'Live, asking every 2 seconds', lost: `Connection lost at ${shortTime(lostAt)}, trying again` }[state];
  if (link.textContent !== words) link.textContent = words;
  link.dataset.state = state;
  link.title = state === 'lost' && error ? error.message : '';
}

byId('detail').addEventListener('close', () => {
  if (location.hash.startsWith('#alert/')) window.history.replaceState(null, '', `#${view}`);
});
byId('detail').addEventListener('click', (event) => {
  if (event.target === event.currentTarget || event.target.closest('.close')) detail.close();
});
addEventListener('hashchange', route);

history.start();
await login.start();
health.start();
alerts.start(showState);
route();
