// <stop-clock>: counts while it runs, keeps its start over a reload and a flat battery, and writes whole seconds into its
// number field. The page's own storage is read at once, but reaches the disk seconds later: the start is put on the disk as well.
import { Store } from "./offline/store.js";

const disk = Store.open().catch(() => null); // where the browser keeps nothing, the page's own storage is all there is

class StopClock extends HTMLElement {
  connectedCallback() {
    if (this.button) { // moved within the page, not new
      if (this.since !== null) this.run();
      return;
    }
    this.input = this.querySelector("input[type=number]");
    this.button = this.querySelector(".clock-go");
    this.planned = Number(this.dataset.planned) || 0;
    this.key = `needlework-clock:${this.dataset.key}`;
    this.querySelector(".clock-face").hidden = false;
    this.button.hidden = false;
    const kept = JSON.parse(localStorage.getItem(this.key) || "null");
    this.since = kept ? kept.since : null; // moment of the last start, ms
    this.before = kept ? kept.before : Number(this.input.value) || 0; // seconds before it
    const planned = this.querySelector("[data-planned-digits]");
    if (planned) planned.textContent = StopClock.digits(this.planned);
    this.button.addEventListener("click", () => (this.since === null ? this.start() : this.stop()));
    this.input.addEventListener("change", (event) => { if (event.isTrusted) this.correct(); });
    // Charted, it begins anew: kept on the tablet, or sent by the form itself.
    this.closest("form")?.addEventListener("kept", () => this.reset());
    this.closest("form")?.addEventListener("submit", () => this.forget()); // the form is yet to be read
    if (!kept) this.recall();
    if (this.since !== null) this.run();
    this.draw();
  }

  disconnectedCallback() { clearInterval(this.timer); }

  get seconds() {
    return this.before + (this.since === null ? 0 : Math.max(0, (Date.now() - this.since) / 1000));
  }

  start() { this.before = Number(this.input.value) || 0; this.since = Date.now(); this.keep(); this.run(); this.draw(); }

  stop() {
    this.before = Math.round(this.seconds);
    this.since = null;
    clearInterval(this.timer);
    this.keep();
    this.draw();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  correct() { this.before = Number(this.input.value) || 0; if (this.since !== null) this.since = Date.now(); this.keep(); this.draw(); }
  keep() {
    const state = { since: this.since, before: this.before };
    localStorage.setItem(this.key, JSON.stringify(state));
    disk.then((store) => store?.setName(this.key, state)).catch(() => {});
  }

  forget() {
    localStorage.removeItem(this.key);
    disk.then((store) => store?.setName(this.key, null)).catch(() => {});
  }

  reset() {
    [this.since, this.before] = [null, 0];
    clearInterval(this.timer);
    this.forget();
    this.draw();
  }

  // What the disk knows and the page's own storage does not: the power went within seconds of the start.
  async recall() {
    const kept = await disk.then((store) => store?.name(this.key)).catch(() => null);
    if (!kept || this.since !== null || localStorage.getItem(this.key)) return;
    [this.since, this.before] = [kept.since, kept.before];
    localStorage.setItem(this.key, JSON.stringify(kept));
    if (this.since !== null) this.run();
    this.draw();
  }

  run() { clearInterval(this.timer); this.timer = setInterval(() => this.draw(), 250); }

  draw() {
    const whole = Math.floor(this.seconds + 1e-6);
    const running = this.since !== null;
    this.querySelector(".clock-digits").textContent = StopClock.digits(whole);
    const share = this.planned ? Math.min(100, (100 * this.seconds) / this.planned) : 0;
    this.querySelector(".clock-ring").setAttribute("stroke-dasharray", `${share} 100`);
    this.classList.toggle("is-running", running);
    this.classList.toggle("has-time", !running && whole > 0); // then charting it comes first, not going on
    this.classList.toggle("is-over", this.planned > 0 && this.seconds > this.planned * 1.02);
    this.button.textContent = running ? this.dataset.stop : whole > 0 ? this.dataset.more : this.dataset.start;
    if (Number(this.input.value) !== whole && document.activeElement !== this.input) {
      this.input.value = String(whole);
      this.input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  static digits(seconds) {
    const whole = Math.round(seconds);
    return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
  }
}
if (!customElements.get("stop-clock")) customElements.define("stop-clock", StopClock);
