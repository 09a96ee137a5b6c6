// Alerts as they are raised. The event stream tells them at once; polling fills
// what it missed, and stands in where it can't be had. Both go by the time of
// the last alert, the cursor, so that nothing is missed and nothing shown twice.

import { get } from './server.js';

const pollEvery = 2_000; // ms, without the stream
const checkEvery = 20_000; // beside the stream: a proxy may hold it back, a connection be dead
const streamAgain = 60_000; // until the stream is tried again where it failed
const longestWait = 10_000;

export class Feed {
  #cursor;
  #tell;
  #wake = () => {};
  #streamAt = 0;

  // tell has alerts(list), oldest first and perhaps known already;
  // state(word, error) with live, polling or lost; and gap() when alerts are gone.
  constructor(cursor, tell) {
    this.#cursor = cursor;
    this.#tell = tell;
    addEventListener('online', () => this.#wake());
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.#wake(); });
  }

  // run goes on for as long as the page.
  async run() {
    for (let failures = 0; ;) {
      try {
        await this.#poll();
        failures = 0;
      } catch (error) {
        this.#tell.state('lost', error);
        await this.#wait(Math.min(longestWait, 500 * 2 ** failures++));
        continue;
      }
      if (Date.now() >= this.#streamAt) {
        if (!await this.#stream()) this.#streamAt = Date.now() + streamAgain;
        continue;
      }
      this.#tell.state('polling');
      await this.#wait(pollEvery);
    }
  }

  async #poll() {
    const answer = await get(`alerts/wrapped/last-time/${this.#cursor}/alerts.json`);
    this.#cursor = answer['kismet.alert.timestamp'];
    this.#tell.alerts(answer['kismet.alert.list']);
  }

  // stream follows the event stream to its end, and tells whether it was there.
  #stream() {
    return new Promise((resolve) => {
      let opened = false;
      const events = new EventSource(`alerts/stream?since=${this.#cursor}`);
      const end = () => {
        events.close();
        clearInterval(checks);
        resolve(opened);
      };
      const checks = setInterval(() => this.#check(end), checkEvery);
      events.addEventListener('open', () => {
        opened = true;
        this.#tell.state('live');
      });
      events.addEventListener('alert', (event) => {
        const alert = JSON.parse(event.data);
        this.#cursor = alert['kismet.alert.timestamp'];
        this.#tell.alerts([alert]);
      });
      events.addEventListener('alert_gap', () => this.#tell.gap());
      events.addEventListener('error', end);
    });
  }

  // check polls beside the stream, whose cursor is left alone: it may have
  // gone on meanwhile.
  async #check(end) {
    try {
      const answer = await get(`alerts/wrapped/last-time/${this.#cursor}/alerts.json`);
      this.#tell.alerts(answer['kismet.alert.list']);
    } catch {
      end();
    }
  }

  #wait(time) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, time);
      this.#wake = () => { clearTimeout(timer); resolve(); };
    });
  }
}
