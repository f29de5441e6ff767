// The session's page as it is shown: as the clinic has it, or, where that does not answer, the step that comes next as it
// was fetched before. Numbers that are being entered stay, no step is taken back, and nothing moves under a finger.
import { busy, list, put, release, ticking } from "./parts.js";

const chart = () => document.querySelector("#chart");
const PARTS = ["#warned", "#numbing", "#stage", "#done", "#else"];
const STILL_MS = 400;
const LONGEST_TOUCH_MS = 5000;
const PATIENCE_MS = 700; // as long a tapped form waits for the clinic before the tablet goes on by itself
const STEPS = ["check", "cartridge", "needle"];

export class Page {
  constructor(store, overlay) {
    this.store = store;
    this.overlay = overlay; // what is kept here, told on the page anew
    this.session = chart().dataset.session;
    this.address = location.pathname;
    this.seen = Number(chart().dataset.entries); // as many entries as the page shows
    this.feel();
  }

  // When it was touched last, and whether it still is.
  feel() {
    for (const [touch, down] of [["pointerdown", true], ["keydown", true], ["pointerup", false], ["pointercancel", false], ["keyup", false]])
      addEventListener(touch, () => ([this.touched, this.down] = [touch === "keyup" ? 0 : Date.now(), down]), { capture: true, passive: true });
  }

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

  // ── what is known of the session ──

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
}
