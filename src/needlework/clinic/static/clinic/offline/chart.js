// The session's page, with the network and without. Every form that charts something is kept on this tablet first and
// sent from there; the page then shows what the clinic has, or, where it does not answer, goes on with what was
// fetched while it did. Without IndexedDB the forms work as they do without a script.
import { busy, complain, hold, line, list, put, release, tick, ticking, words } from "./parts.js";
import { Queue } from "./queue.js";
import { key, Store } from "./store.js";

const chart = () => document.querySelector("#chart");
const PARTS = ["#numbing", "#stage", "#done", "#else"];
const LOOK_MS = 5000;
const STILL_MS = 400;
const LONGEST_TOUCH_MS = 5000;
const PATIENCE_MS = 700; // as long a tapped form waits for the clinic before the tablet goes on by itself
const LOOK_SOON_MS = 60;
const LOOK_BETWEEN_MS = 2000; // a page takes the clinic longer than an entry: many in a row are sent first
const AFTER_SIGNING = ["adverse", "addendum"];
const STEPS = ["check", "cartridge", "needle"];

class Charting {
  constructor(store, tablet) {
    this.store = store;
    this.tablet = tablet;
    this.session = chart().dataset.session;
    this.address = location.pathname;
    this.queue = new Queue(store, (what) => this.heard(what));
    document.addEventListener("submit", (event) => this.submitted(event), true);
    document.addEventListener("change", (event) => this.ticked(event), true);
    document.addEventListener("click", (event) => this.clicked(event), true);
    addEventListener("popstate", () => this.show(new URLSearchParams(location.search).get("zone") || ""));
    this.seen = Number(chart().dataset.entries); // as many entries as the page shows
    for (const [touch, down] of [["pointerdown", true], ["keydown", true], ["pointerup", false], ["pointercancel", false], ["keyup", false]])
      addEventListener(touch, () => ([this.touched, this.down] = [touch === "keyup" ? 0 : Date.now(), down]), { capture: true, passive: true });
    document.addEventListener("input", (event) => event.isTrusted && delete event.target.form?.dataset.sent, true); // typed in anew
    setInterval(() => this.look(), LOOK_MS);
  }

  async begin() {
    await this.recall();
    await this.overlay();
    await this.queue.send();
    await this.prepare();
  }

  // What a session without the network needs; what did not come is asked for again at the next look.
  async prepare() {
    if (this.preparing) return;
    this.preparing = true;
    const { dataset } = document.querySelector("#kept");
    if (!dataset.ready) await this.fetchAhead();
    if (dataset.ready && !dataset.boots) await this.bootable();
    this.preparing = false;
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
    this.sentZone = String(form.elements.zone?.value || "");
    await this.overlay().catch(() => {}); // it is kept, shown or not
    if (!form.matches("#stage form:not([data-tick])")) release(form);
    if (form.closest("#stage")) this.goOnSoon();
    return this.queue.send();
  }

  // What was a note before the signature is an addendum after it, as what was done about harm.
  entry(form) {
    const { by, byName, signed } = chart().dataset;
    const kind = signed && form.elements.kind.value === "note" ? "addendum" : form.elements.kind.value;
    const said = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "once"].includes(name));
    const fields = said.map(([name, value]) => [name, name === "kind" ? kind : value]);
    return {
      once: key(), session: this.session, url: this.address, kind, fields, words: words(form),
      at: new Date().toISOString(), tablet: this.tablet, by, byName,
    };
  }

  // What the page itself can tell; the clinic decides by all of its rules.
  fault(form) {
    if (!form.matches("[data-tick]") && !form.reportValidity()) return document.querySelector("#kept").dataset.missing;
    const depth = form.querySelector("[data-limit]");
    if (depth && Number(depth.value) > Number(depth.dataset.limit) + 1e-9) return document.querySelector("#kept").dataset.deeper;
    const expires = form.elements.expires;
    if (expires && expires.value && expires.value < new Date().toLocaleDateString("sv")) return document.querySelector("#kept").dataset.expired;
    const pack = ["lot", "serial", "expires"].map((name) => form.elements[name]);
    if (form.elements.kind.value === "cartridge" && pack.some((one) => one && !one.value)) return document.querySelector("#kept").dataset.missing;
    return "";
  }

  // No needle and no signature over a cream, and nothing after a signature, also where the clinic cannot say so; of
  // creams the last of what is kept decides.
  async barred(form) {
    const [says, kind] = [document.querySelector("#kept").dataset, form.elements.kind.value];
    const kept = await this.store.entries(this.session);
    if (!AFTER_SIGNING.includes(kind) && kept.some((entry) => entry.kind === "signed" && entry.state === "kept")) return says.signedHere;
    if (!["pass", "signed"].includes(kind)) return "";
    const last = kept.filter((entry) => ["numbed", "wiped"].includes(entry.kind)).at(-1);
    return (last ? last.kind === "numbed" : Number(chart().dataset.creams) > 0) ? says.cream : "";
  }

  // ── what is heard of the queue ──

  async heard(what) {
    if (what.signed) return this.signedElsewhere(what.signed);
    if (what.state === "signed-out" || what.state === "locked") await this.forget();
    if (what.charted) this.learn(what.charted, what.number);
    await this.overlay();
    if (what.state === "quiet") return undefined;
    clearTimeout(this.soon); // several in a row are one look at the clinic's page
    const looks = what.charted || what.refused;
    this.soon = setTimeout(() => (looks ? this.show(this.zone()) : this.goOn()), looks && this.queue.left ? LOOK_BETWEEN_MS : LOOK_SOON_MS);
    return undefined;
  }

  // Known before the page can be fetched anew: what is put down in words then is an addendum.
  signedElsewhere(session) { if (session === this.session) chart().dataset.signed = "1"; }

  // What is charted is known here at once, whether or not the page can be fetched anew; but once alone: where its
  // answer was lost, a page that was fetched since has counted it.
  learn(entry, number) {
    const { dataset } = chart();
    if (number <= Number(dataset.entries)) return undefined;
    const said = new Map(entry.fields);
    dataset.entries = String(Number(dataset.entries) + 1);
    if (entry.kind === "checked") dataset.ticked += ` ${said.get("check")}`;
    if (entry.kind === "numbed") dataset.creams = String(Number(dataset.creams) + 1);
    if (entry.kind === "wiped") dataset.creams = "0";
    if (entry.kind === "cartridge") dataset.cartridges = String(Number(dataset.cartridges) + 1);
    if (entry.kind === "pass") dataset.needled += ` ${said.get("zone")}`;
    if (entry.kind === "signed") dataset.signed = "1";
    return this.remember();
  }

  // How far the session is, for a page that is opened again without the network and was fetched long before.
  remember() { return this.store.setName(`standing ${this.session}`, { ...chart().dataset }); }

  async recall() {
    const known = await this.store.name(`standing ${this.session}`);
    const { by, byName, entries } = chart().dataset; // whose page this is, whoever charted before
    if (known && Number(known.entries) > Number(entries)) Object.assign(chart().dataset, known, { by, byName });
  }

  async forget() {
    await this.store.forgetPages();
    await globalThis.caches?.delete("needlework-sessions").catch(() => {});
  }

  // ── what is shown ──

  zone() { return this.sentZone || chart().dataset.zone || ""; }

  // The page as the clinic has it; what somebody types in at the moment stays as it is. Of two that are asked for,
  // the later one is shown, whichever comes first: a zone that was chosen since is not taken away again.
  async show(zone, tries = 0) {
    const turn = this.turns();
    const text = await this.fetched(zone ? `?zone=${encodeURIComponent(zone)}` : "");
    if (turn !== this.turn) return undefined;
    if (!text) return this.goOn(zone);
    const fresh = new DOMParser().parseFromString(text, "text/html");
    if (!fresh.querySelector("#chart")) return this.goOn(zone);
    // Asked for before the last entry arrived, and come after it: what is known here is newer.
    if (Number(fresh.querySelector("#chart").dataset.entries) < Number(chart().dataset.entries))
      return tries < 3 ? this.show(zone, tries + 1) : this.goOn(zone);
    await this.still();
    const behind = await this.behind(fresh, zone);
    if (turn !== this.turn) return undefined;
    for (const part of PARTS) {
      const [old, made] = [document.querySelector(part), fresh.querySelector(part)];
      if (old && !made && part === "#else") old.remove(); // signed: nothing else is charted
      if (!old || !made || busy(old) || (behind && part === "#stage")) continue;
      if (ticking(old, made)) old.querySelector("h2").replaceChildren(...made.querySelector("h2").childNodes);
      else if (old.outerHTML !== made.outerHTML) put(old, made);
    }
    Object.assign(chart().dataset, { ...fresh.querySelector("#chart").dataset });
    this.seen = Number(chart().dataset.entries);
    this.free();
    await this.remember();
    return behind ? this.goOn(zone, turn) : this.overlay();
  }

  // A step is never taken back: the clinic's page may be from before what is still on its way to it.
  async behind(fresh, zone) {
    const here = (await this.next(zone, fresh.querySelector("#chart").dataset)).split(" ")[0];
    return STEPS.indexOf(here) > STEPS.indexOf(fresh.querySelector("#stage").dataset.shown.split(" ")[0]);
  }

  turns() { return (this.turn = (this.turn || 0) + 1); }

  // What was not replaced after all may be tapped again.
  free() { document.querySelectorAll("#stage form[data-keeping]:not([data-tick])").forEach(release); }

  // Nothing moves under a finger.
  async still() {
    const touched = () => Date.now() - (this.touched || 0) < (this.down ? LONGEST_TOUCH_MS : STILL_MS);
    for (const last = Date.now() + LONGEST_TOUCH_MS; touched() && Date.now() < last; ) await new Promise((resolve) => setTimeout(resolve, 60));
  }

  async fetched(query) {
    try {
      const answer = await fetch(this.address + query, { credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout(8000) });
      return answer.ok ? answer.text() : "";
    } catch {
      return "";
    }
  }

  // Where the clinic takes its time the next form is here without it; its page comes in its place later.
  goOnSoon(zone = this.zone()) {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => document.querySelector("#stage[data-shown=check], #stage form[data-keeping]:not([data-tick])") && this.goOn(zone, this.turn), PATIENCE_MS);
  }

  // Without the clinic: the step that comes next by what is charted and what is kept here, as it was fetched before.
  async goOn(zone = this.zone(), turn = this.turns()) {
    const next = await this.next(zone);
    const html = next && (await this.store.page(this.session, next));
    if (!html) return this.free();
    const made = new DOMParser().parseFromString(html, "text/html");
    await this.still();
    if (turn !== this.turn) return undefined;
    const old = document.querySelector("#stage");
    if (old.dataset.shown === next && !old.querySelector("form[data-sent]:not([data-tick])")) return this.free();
    for (const part of ["#stage", "#else"]) {
      const fresh = made.querySelector(part);
      if (fresh && document.querySelector(part)) put(document.querySelector(part), fresh);
    }
    await this.count();
    return this.overlay();
  }

  async next(zone, dataset = chart().dataset) {
    const { checks, ticked, cartridges, zones, needled, signed } = dataset;
    if (signed) return "";
    const kept = await this.store.entries(this.session);
    const said = (kind, name) => kept.filter((entry) => entry.kind === kind).map((entry) => new Map(entry.fields).get(name));
    const open = list(checks).filter((one) => !list(ticked).includes(one) && !said("checked", "check").includes(one));
    if (open.length) return "check";
    if (!Number(cartridges) && !said("cartridge", "lot").length) return "cartridge";
    const had = [...list(needled), ...said("pass", "zone")];
    const at = list(zones).includes(zone) ? zone : list(zones).find((one) => !had.includes(one)) || list(zones)[0];
    return `needle ${at}`;
  }

  // What was given and is not in the clinic yet counts in the dose at hand.
  async count() {
    const dose = document.querySelector("#stage live-dose[data-needles]");
    const zone = document.querySelector("#stage form [name=zone]")?.value;
    if (!dose || !zone) return;
    const passes = (await this.store.entries(this.session)).map((entry) => new Map(entry.fields)).filter((one) => one.get("kind") === "pass" && one.get("zone") === zone);
    const read = (one, what) => Number(dose.dataset[`${what}Name`] ? one.get(dose.dataset[`${what}Name`]) : dose.dataset[what]) || 0;
    const given = passes.reduce((sum, one) => sum + (Number(dose.dataset.needles) * read(one, "strokes") * read(one, "seconds")) / read(one, "area"), 0);
    dose.dataset.already = String(Number(dose.dataset.already) + given);
    dose.draw?.();
  }

  // The page and what it is drawn with, for a tablet that is started again without the network.
  async bootable() {
    if (!navigator.serviceWorker || chart().dataset.signed) return;
    try {
      await navigator.serviceWorker.ready;
      const drawn = performance.getEntriesByType("resource").map((one) => one.name).filter((name) => new URL(name).pathname.startsWith("/static/"));
      await (await caches.open("needlework-static")).addAll([...new Set(drawn)]);
      const page = await fetch(this.address, { credentials: "same-origin", redirect: "error" });
      if (page.ok) await (await caches.open("needlework-sessions")).put(this.address, page);
      document.querySelector("#kept").dataset.boots = "1";
    } catch {
      // without the network for the moment: at the next opening
    }
  }

  // Everything that the session may come to, while there is a network.
  async fetchAhead() {
    if (chart().dataset.signed) return;
    const wanted = ["check", "cartridge", ...list(chart().dataset.zones).map((zone) => `needle ${zone}`)];
    for (const variant of wanted) {
      if (await this.store.page(this.session, variant)) continue;
      const [step, zone] = variant.split(" ");
      const html = await this.fetched(`?kit=${step}${zone ? `&zone=${encodeURIComponent(zone)}` : ""}`);
      if (!html) return;
      await this.store.keepPage(this.session, variant, html);
    }
    document.querySelector("#kept").dataset.ready = "1";
    await this.overlay();
  }

  // A zone on the map, or in its list.
  clicked(event) {
    const link = event.target.closest("#chart a[href*='zone=']");
    const action = event.target.closest("[data-kept-do]");
    if (action) this.act(action);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const url = new URL(link.href?.baseVal ?? link.href, location.href);
    if (url.pathname !== this.address) return;
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
    this.sentZone = "";
    chart().dataset.zone = zone;
    history.pushState(null, "", url);
    for (const form of forms) {
      form.dataset.sent = "1"; // another zone was asked for
      hold(form);
    }
    this.goOnSoon(zone);
    // to its head: what is left out in the zone stands there, before anything is set
    return this.show(zone).then(() => document.querySelector("#now")?.scrollIntoView({ block: "start" }));
  }

  // Other tablets chart as well.
  async look() {
    if (document.hidden || this.queue.busy) return;
    if ((await this.store.entries()).some((entry) => entry.state === "kept")) return this.queue.send();
    const headers = { Accept: "application/json", "If-None-Match": `"${this.seen}"` };
    const answer = await this.queue.fetched(this.address, { headers });
    if (!answer) return undefined;
    if (this.queue.standing.state !== "quiet") this.queue.say({ state: "quiet" });
    if (answer.status === 200) await this.show(this.zone());
    return this.prepare();
  }

  // ── what is kept here, in words ──

  async overlay() {
    const box = document.querySelector("#kept");
    const kept = await this.store.entries(this.session);
    const others = (await this.store.entries()).length - kept.length;
    const state = this.queue.standing.state;
    const waiting = kept.filter((entry) => entry.state === "kept").length;
    const says = [
      waiting ? box.dataset.waits.replace("%n", waiting) : box.dataset.none,
      { away: box.dataset.away, troubled: box.dataset.troubled, "signed-out": box.dataset.signedOut, locked: box.dataset.locked }[state] || "",
      others ? box.dataset.others.replace("%n", others) : "",
      !navigator.serviceWorker && !waiting ? box.dataset.insecure : "",
    ];
    box.querySelector("[data-kept-says]").textContent = says.filter(Boolean).join(" ");
    const link = box.querySelector("[data-kept-link]");
    link.hidden = !["signed-out", "locked"].includes(state);
    if (!link.hidden) link.href = `${this.queue.standing.address}?next=${encodeURIComponent(location.pathname)}`;
    box.classList.toggle("tone-caution", Boolean(kept.length) || !["quiet"].includes(state));
    box.dataset.count = kept.length;
    const refused = kept.filter((entry) => entry.state === "refused");
    box.querySelector("[data-kept-refused]").replaceChildren(...refused.map((entry) => line(entry, box)));
    box.querySelector("[data-kept-list]").replaceChildren(...kept.filter((entry) => entry.state !== "refused").map((entry) => line(entry, box)));
    box.querySelector("[data-kept-more]").hidden = kept.length === refused.length;
    for (const name of list(chart().dataset.ticked)) tick(name, true);
    for (const entry of kept.filter((one) => one.kind === "checked")) tick(new Map(entry.fields).get("check"), entry.state === "kept");
  }

  async act(button) {
    const { keptDo, once } = button.dataset;
    button.disabled = true;
    const entry = (await this.store.entries(this.session)).find((one) => one.once === once);
    if (entry && keptDo === "again") await this.store.change(once, { state: "kept", reasons: [] });
    if (entry && keptDo === "note") await this.noted(entry);
    await this.overlay();
    this.queue.send();
  }

  // What cannot be charted is told in the chart all the same, in a note, or after the signature in an addendum, by
  // whoever puts it down; it comes in the entry's place.
  async noted(entry) {
    const { by, byName, signed } = chart().dataset;
    const why = entry.reasons.map((one) => `${one.key} ${one.problem}`.trim()).join("; ");
    const text = `${document.querySelector("#kept").dataset.noted} ${entry.words} (${entry.at}, ${entry.byName}). ${why}`.slice(0, 3900);
    const kind = signed ? "addendum" : "note";
    await this.store.replace(entry.once, { ...entry, once: key(), kind, by, byName, fields: [["kind", kind], ["text", text]], words: text });
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
