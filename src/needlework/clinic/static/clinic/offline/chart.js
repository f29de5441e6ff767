// The session's page, with the network and without. Every form that charts something is kept on this tablet first and
// sent from there; the page then shows what the clinic has, or, where it does not answer, goes on with what was
// fetched while it did. Without IndexedDB the forms work as they do without a script.
import { Ahead } from "./ahead.js";
import { Kept } from "./kept.js";
import { Page } from "./page.js";
import { complain, hold, release, words } from "./parts.js";
import { Queue } from "./queue.js";
import { key, Store } from "./store.js";

const chart = () => document.querySelector("#chart");
const LOOK_MS = 5000;
const LOOK_SOON_MS = 60;
const LOOK_BETWEEN_MS = 2000; // a page takes the clinic longer than an entry: many in a row are sent first
const AFTER_SIGNING = ["adverse", "addendum"];

class Charting {
  constructor(store, tablet) {
    this.store = store;
    this.tablet = tablet;
    this.queue = new Queue(store, (what) => this.heard(what));
    this.page = new Page(store, () => this.kept.overlay());
    this.kept = new Kept(store, this.queue, this.page.session);
    this.ahead = new Ahead(store, this.page, () => this.kept.overlay());
    document.addEventListener("submit", (event) => this.submitted(event), true);
    document.addEventListener("change", (event) => this.ticked(event), true);
    document.addEventListener("click", (event) => this.clicked(event), true);
    addEventListener("popstate", () => this.page.show(new URLSearchParams(location.search).get("zone") || ""));
    document.addEventListener("input", (event) => event.isTrusted && delete event.target.form?.dataset.sent, true); // typed in anew
    setInterval(() => this.look(), LOOK_MS);
  }

  async begin() {
    await this.page.recall();
    await this.kept.overlay();
    await this.queue.send();
    await this.ahead.prepare();
  }

  // ── charting ──

  submitted(event) {
    const form = event.target;
    if (!form.closest("#chart") || !form.elements.kind) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.keep(form);
  }

  ticked(event) {
    const form = event.target.closest("form[data-tick]");
    if (!form) return;
    event.target.checked = true; // a second tap takes nothing back
    this.keep(form);
  }

  // From the tap on the form shows that it was felt, and takes no other: until it is kept, and what stands on the stage
  // until the next comes in its place. What cannot be kept is said at once.
  async keep(form) {
    if (form.dataset.keeping) return undefined;
    const fault = this.fault(form); // before it is held: a field that is missing can be shown
    if (fault) return complain(form, fault);
    hold(form);
    try {
      const barred = await this.barred(form);
      if (barred) return complain(form, barred);
      await this.store.add(this.entry(form));
    } catch {
      return complain(form, document.querySelector("#kept").dataset.full);
    }
    form.dispatchEvent(new CustomEvent("kept", { bubbles: true })); // the clock of this pass may be put back
    form.dataset.sent = "1"; // what stands in it is kept, so it may be replaced
    if (form.closest("#else")) form.reset();
    this.page.sentZone = String(form.elements.zone?.value || "");
    await this.kept.overlay().catch(() => {}); // it is kept, shown or not
    if (!form.matches("#stage form:not([data-tick])")) release(form);
    if (form.closest("#stage")) this.page.goOnSoon();
    return this.queue.send();
  }

  // What was a note before the signature is an addendum after it, as what was done about harm.
  entry(form) {
    const { by, byName, signed } = chart().dataset;
    const kind = signed && form.elements.kind.value === "note" ? "addendum" : form.elements.kind.value;
    const said = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "once"].includes(name));
    const fields = said.map(([name, value]) => [name, name === "kind" ? kind : value]);
    return {
      once: key(), session: this.page.session, url: this.page.address, kind, fields, words: words(form),
      at: new Date().toISOString(), tablet: this.tablet, by, byName,
    };
  }

  // What the page itself can tell; the clinic decides by all of its rules.
  fault(form) {
    if (!form.matches("[data-tick]") && !form.reportValidity()) return document.querySelector("#kept").dataset.missing;
    const depth = form.querySelector("[data-limit]");
    if (depth && Number(depth.value) > Number(depth.dataset.limit) + 1e-9) return document.querySelector("#kept").dataset.deeper;
    const { kind, names, lot, serial, expires } = form.elements;
    if (kind.value === "cartridge" && expires?.value && expires.value < new Date().toLocaleDateString("sv")) return document.querySelector("#kept").dataset.expired;
    if (kind.value === "cartridge" && [lot, serial, expires].some((one) => one && !one.value)) return document.querySelector("#kept").dataset.missing;
    if (names && (Boolean(names.value) !== Boolean(lot.value) || (serial.value && !expires.value))) return document.querySelector("#kept").dataset.missing; // a pack that words name
    return "";
  }

  // No needle and no signature over a cream, and nothing after a signature, also where the clinic cannot say so; of
  // creams the last of what is kept decides.
  async barred(form) {
    const [says, kind] = [document.querySelector("#kept").dataset, form.elements.kind.value];
    const kept = await this.store.entries(this.page.session);
    if (!AFTER_SIGNING.includes(kind) && kept.some((entry) => entry.kind === "signed" && entry.state === "kept")) return says.signedHere;
    if (!["pass", "signed"].includes(kind)) return "";
    const last = kept.filter((entry) => ["numbed", "wiped"].includes(entry.kind)).at(-1);
    return (last ? last.kind === "numbed" : Number(chart().dataset.creams) > 0) ? says.cream : "";
  }

  // ── what is heard of the queue ──

  async heard(what) {
    if (what.signed) return this.signedElsewhere(what.signed);
    if (what.state === "signed-out" || what.state === "locked") await this.ahead.forget();
    if (what.charted) this.page.learn(what.charted, what.number);
    await this.kept.overlay();
    if (what.state === "quiet") return undefined;
    clearTimeout(this.soon); // several in a row are one look at the clinic's page
    const looks = what.charted || what.refused;
    this.soon = setTimeout(() => (looks ? this.page.show(this.page.zone()) : this.page.goOn()), looks && this.queue.left ? LOOK_BETWEEN_MS : LOOK_SOON_MS);
    return undefined;
  }

  // Known before the page can be fetched anew: what is put down in words then is an addendum.
  signedElsewhere(session) { if (session === this.page.session) chart().dataset.signed = "1"; }

  // ── what is shown ──

  // A zone on the map, or in its list.
  clicked(event) {
    const link = event.target.closest("#chart a[href*='zone=']");
    const action = event.target.closest("[data-kept-do]");
    if (action) this.kept.act(action);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const url = new URL(link.href?.baseVal ?? link.href, location.href);
    if (url.pathname !== this.page.address) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.choose(url);
  }

  // The zone before takes no tap any more while this one is on its way; a clock that runs is stopped by hand.
  choose(url) {
    const forms = document.querySelectorAll("#stage form");
    const running = document.querySelector("#stage form:has(stop-clock.is-running)");
    if (running) return complain(running, document.querySelector("#kept").dataset.running);
    const zone = url.searchParams.get("zone");
    this.page.sentZone = "";
    chart().dataset.zone = zone;
    history.pushState(null, "", url);
    for (const form of forms) {
      form.dataset.sent = "1"; // another zone was asked for
      hold(form);
    }
    this.page.goOnSoon(zone);
    // to its head: what is left out in the zone stands there, before anything is set
    return this.page.show(zone).then(() => document.querySelector("#now")?.scrollIntoView({ block: "start" }));
  }

  // Other tablets chart as well.
  async look() {
    if (document.hidden || this.queue.busy) return;
    const ours = (entry) => entry.state === "kept" && entry.by === chart().dataset.by; // who made the others has to sign in
    if ((await this.store.entries()).some(ours)) return this.queue.send();
    const headers = { Accept: "application/json", "If-None-Match": `"${this.page.seen}"` };
    const answer = await this.queue.fetched(this.page.address, { headers });
    if (!answer) return undefined;
    if (this.queue.standing.state !== "quiet") this.queue.say({ state: "quiet" });
    if (answer.status === 200) await this.page.show(this.page.zone());
    return this.ahead.prepare();
  }
}

async function started() {
  const store = await Store.open();
  const charting = new Charting(store, await store.tablet());
  document.dispatchEvent(new CustomEvent("chart-ready", { detail: (form) => charting.keep(form) })); // what was tapped before
  document.documentElement.dataset.keeps = "1";
  navigator.serviceWorker?.register("/sessions/worker.js").catch(() => {});
  return charting;
}

function alone(error) {
  document.documentElement.dataset.keeps = "";
  document.querySelector("#kept")?.setAttribute("hidden", "");
  document.dispatchEvent(new Event("chart-alone"));
  console.warn("This browser keeps nothing, so each entry is sent by itself.", error);
}

if (chart()) {
  const charting = await started().catch(alone);
  await charting?.begin();
}
