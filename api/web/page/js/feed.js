// Alerts as they are raised. The event stream tells them at once; polling fills
// what it missed, and stands in where it can't be had. Both go by the time of
// the last alert, the cursor, so that nothing is missed and nothing shown twice.

import { get } from './server.js';

const pollEvery = 2_000; // ms, without the stream
const checkEvery = 20_000; // beside the stream: a proxy may hold it back, a connection be dead
const streamAgain = 60_000; // until the stream is tried again where it failed
const streamDelay = 3_000; // within which what is polled has to come over the stream
const shortestWait = 500; // before the server is tried again; doubled each time
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
      const streams = Date.now() >= this.#streamAt;
      try {
        await (streams ? this.#reach() : this.#poll());
        failures = 0;
      } catch (error) {
        this.#tell.state('lost', error);
        await this.#wait(Math.min(longestWait, shortestWait * 2 ** failures++));
        continue;
      }
      if (streams) {
        if (!await this.#stream()) this.#streamAt = Date.now() + streamAgain;
        await this.#wait(shortestWait);
      } else {
        this.#tell.state('polling');
        await this.#wait(pollEvery);
      }
    }
  }

  // reach returns when the server answers. Its clock may have been set back
  // since the last alert.
  async #reach() {
    const time = await get('system/timestamp.json');
    const now = time['kismet.system.timestamp.sec'] + time['kismet.system.timestamp.usec'] / 1e6;
    this.#cursor = Math.min(this.#cursor, now);
  }

  async #poll() {
    const answer = await get(`alerts/wrapped/last-time/${this.#cursor}/alerts.json`);
    this.#cursor = answer['kismet.alert.timestamp'];
    this.#tell.alerts(answer['kismet.alert.list']);
  }

  // stream follows the event stream to its end, and tells whether it is of use.
  #stream() {
    return new Promise((resolve) => {
      let useful = false;
      const events = new EventSource(`alerts/stream?since=${this.#cursor}`);
      const end = () => {
        events.close();
        clearInterval(checks);
        resolve(useful);
      };
      const checks = setInterval(async () => {
        try {
          if (await this.#arrives()) return;
          useful = false;
        } catch {
          // the connection is gone, and reach finds why
        }
        end();
      }, checkEvery);
      events.addEventListener('open', () => {
        useful = true;
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

  // arrives polls beside the stream, and reports whether that has brought the
  // same in the end.
  async #arrives() {
    const answer = await get(`alerts/wrapped/last-time/${this.#cursor}/alerts.json`);
    const list = answer['kismet.alert.list'];
    this.#tell.alerts(list);
    if (list.length === 0) return true;
    await new Promise((resolve) => { setTimeout(resolve, streamDelay); });
    return list.every((a) => a['kismet.alert.timestamp'] <= this.#cursor);
  }

  #wait(time) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, time);
      this.#wake = () => { clearTimeout(timer); resolve(); };
    });
  }
}
