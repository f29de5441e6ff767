// Sends what the tablet keeps, in order, one at a time, each until the clinic has answered. What was charted while
// the answer got lost is found by its key; what the clinic refuses stays here with the reasons; a signature waits
// until nothing else of its session does.

const AGAIN_MS = [1000, 2000, 4000, 8000, 15000];
const PATIENCE_MS = 12000;

export class Queue {
  constructor(store, tell) {
    this.store = store;
    this.tell = tell; // called with what there is to say after each step
    this.tries = 0;
    this.busy = false;
    this.left = 0; // how many come after the one that is being sent
    this.standing = { state: "quiet" };
    addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => document.hidden || this.send());
  }

  // In one tab at a time, where the browser can hold a lock; the keys keep an entry single in any case.
  async send() {
    if (this.busy) return (this.more = true), undefined;
    this.busy = true;
    clearTimeout(this.timer);
    try {
      const work = () => this.sendAll();
      await (navigator.locks ? navigator.locks.request("needlework-send", work) : work());
    } finally {
      this.busy = false;
    }
    if (this.more) return (this.more = false), this.send();
    return undefined;
  }

  async sendAll() {
    const kept = (await this.store.entries()).filter((entry) => entry.state === "kept");
    const tokens = new Map();
    this.left = kept.length;
    for (const entry of kept) {
      this.left -= 1;
      if (!tokens.has(entry.session)) {
        const answer = await this.fetched(entry.url, { headers: { Accept: "application/json" } });
        if (!answer) return;
        const standing = answer.ok ? await answer.json().catch(() => null) : null; // a page of somebody else's network is none
        tokens.set(entry.session, standing?.token || "");
        if (standing) await this.settle(standing, entry.session);
      }
      const token = tokens.get(entry.session);
      if (await this.gone(entry.once)) continue;
      if (entry.kind === "signed" && (await this.before(entry)).length) continue;
      if (!(await this.post(entry, token))) return;
    }
    this.tries = 0;
    if (kept.length) this.say({ state: "quiet" }); // with nothing to send, nothing was heard of the clinic
  }

  async gone(once) { return !(await this.store.entries()).some((entry) => entry.once === once && entry.state === "kept"); }

  async before(signature) {
    return (await this.store.entries(signature.session)).filter((one) => one.once !== signature.once && one.n < signature.n);
  }

  // Which entries the clinic has; those need not be sent again.
  async settle(standing, session) {
    if (standing.signed) this.tell({ signed: session });
    const there = new Map(standing.entries.map((entry) => [entry.once, entry]));
    for (const entry of await this.store.entries(session)) {
      if (there.has(entry.once)) await this.charted(entry, there.get(entry.once));
    }
  }

  async charted(entry, there) {
    await this.store.remove(entry.once);
    this.tell({ charted: entry, number: there.number });
  }

  async post(entry, token) {
    const body = new URLSearchParams(entry.fields);
    const more = { once: entry.once, at: entry.at, clock: new Date().toISOString(), tablet: entry.tablet, n: entry.n, by: entry.by };
    for (const [name, value] of Object.entries(more)) body.set(name, value);
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    const answer = await this.fetched(entry.url, { method: "POST", body, headers });
    if (!answer) return false;
    if (answer.status === 201) {
      await this.charted(entry, (await answer.json()).charted);
      return true;
    }
    if (answer.status === 409) {
      await this.store.change(entry.once, { waitsFor: entry.byName });
      return true; // it waits for who made it; the others go on
    }
    if (answer.status >= 400 && answer.status !== 408) { // also what a proxy does not let through: the others go on
      const said = await answer.json().catch(() => ({}));
      const reasons = said.refused || [{ key: "", problem: document.querySelector("#kept")?.dataset.refused || "", do: "" }];
      await this.store.change(entry.once, { state: "refused", reasons });
      this.tell({ refused: entry });
      return true;
    }
    return this.later(answer.status);
  }

  // An answer that means something, or nothing; then the queue goes on later, and has said why.
  async fetched(url, what) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
    let answer;
    try {
      answer = await fetch(url, { ...what, signal: stop.signal, credentials: "same-origin", cache: "no-store", redirect: "error" });
    } catch {
      return this.later(0);
    } finally {
      clearTimeout(timer);
    }
    if (answer.status === 401 || answer.status === 423) {
      const said = await answer.json().catch(() => ({}));
      this.say({ state: answer.status === 401 ? "signed-out" : "locked", address: said.sign_in || said.unlock || "/" });
      this.again();
      return null;
    }
    return answer.status >= 500 || answer.status === 429 ? this.later(answer.status) : answer;
  }

  later(status) {
    this.say({ state: status ? "troubled" : "away" });
    this.again();
    return null;
  }

  again() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), AGAIN_MS[Math.min(this.tries++, AGAIN_MS.length - 1)]);
  }

  say(standing) {
    this.standing = standing;
    this.tell(standing);
  }
}
