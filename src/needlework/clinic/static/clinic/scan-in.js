// <scan-in>: a delivery taken in code by code. A scanner types on while the last code is under way, so each is put in a
// line at once, sent in order with a key of its own, and sent again with the same key where the network was gone.
import { key } from "./offline/store.js";
import { separator } from "./pack-scan.js";

const AGAIN_MS = 3_000;
const PATIENCE_MS = 20_000;
const SHOWN = ["in", "before", "ask", "refused"];

class ScanIn extends HTMLElement {
  connectedCallback() {
    if (this.form) return;
    this.form = this.querySelector("form");
    this.list = this.querySelector(".scans");
    this.input = this.form.elements.scan;
    this.waiting = [];
    this.input.addEventListener("keydown", separator);
    this.addEventListener("submit", (event) => this.take(event));
    addEventListener("beforeunload", (event) => this.waiting.length && event.preventDefault());
    this.input.focus();
  }

  take(event) {
    event.preventDefault();
    const form = event.target;
    const said = new FormData(form);
    if (form !== this.form) return this.put(form.closest("li"), said); // an answer to what a line asks
    if (!this.input.value.trim()) return;
    said.set("once", key());
    this.input.value = "";
    this.input.focus();
    this.put(this.line(said.get("scan")), said);
  }

  line(code) {
    const line = document.createElement("li");
    const words = document.createElement("p");
    words.className = "scan-what";
    words.append(code.replaceAll("\x1d", " "), " ", document.createElement("small"));
    line.append(words);
    line.className = "scan";
    this.list.prepend(line);
    return line;
  }

  put(line, said) {
    for (const one of line.querySelectorAll("button")) one.disabled = true;
    this.told(line, this.dataset.sending);
    this.waiting.push([line, said]);
    if (this.waiting.length === 1) this.send();
  }

  async send() {
    while (this.waiting.length) {
      const [line, said] = this.waiting[0];
      try {
        const answer = await fetch(location.href, { method: "POST", body: said, headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(PATIENCE_MS) });
        const elsewhere = answer.headers.get("HX-Redirect");
        if (answer.ok && !elsewhere && !answer.redirected) this.show(line, await answer.text());
        else if (answer.status === 422) this.show(line, await answer.text());
        else if (answer.status < 500) this.lost(line, elsewhere);
        else throw new TypeError("the server is not well");
        this.waiting.shift();
      } catch {
        this.told(line, this.dataset.waits);
        await new Promise((go) => setTimeout(go, AGAIN_MS));
      }
    }
  }

  show(line, html) {
    const made = new DOMParser().parseFromString(html, "text/html").querySelector("li");
    line.replaceWith(made);
    const sums = this.querySelector(".scan-sums");
    sums.hidden = false;
    this.count = this.count || new Map();
    if (line.dataset.state) this.count.set(line.dataset.state, this.count.get(line.dataset.state) - 1);
    this.count.set(made.dataset.state, (this.count.get(made.dataset.state) || 0) + 1);
    for (const state of SHOWN) sums.querySelector(`[data-sum=${state}]`).textContent = this.count.get(state) || 0;
    if (line.contains(document.activeElement) || document.activeElement === document.body) this.input.focus();
  }

  // Signed out, locked, or not allowed: nothing was taken in, and the line says so.
  lost(line, elsewhere) {
    this.told(line, this.dataset.lost);
    line.classList.add("tone", "tone-absolute");
    for (const one of line.querySelectorAll("button")) one.disabled = false;
    if (elsewhere) location.assign(elsewhere);
  }

  told(line, words) {
    const place = line.querySelector(".scan-what small") || line.querySelector(".scan-what").appendChild(document.createElement("small"));
    place.textContent = words;
  }
}

if (!customElements.get("scan-in")) customElements.define("scan-in", ScanIn);
