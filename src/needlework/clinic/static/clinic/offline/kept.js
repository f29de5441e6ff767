// What this tablet keeps and the clinic has not, told at the lower edge of the page; and what becomes of an entry that the
// clinic refused: sent again, put down in words with all that it said, or said not to have been done.
import { line, list, tick } from "./parts.js";
import { key } from "./store.js";

const chart = () => document.querySelector("#chart");
const WORDS = ["note", "addendum"];

export class Kept {
  constructor(store, queue, session) {
    this.store = store;
    this.queue = queue;
    this.session = session;
  }

  async overlay() {
    const box = document.querySelector("#kept");
    const kept = await this.store.entries(this.session);
    const others = (await this.store.entries()).length - kept.length;
    const state = this.queue.standing.state;
    const refused = kept.filter((entry) => entry.state === "refused");
    const waiting = kept.length - refused.length;
    const says = [
      refused.length ? box.dataset.notTaken.replace("%n", refused.length) : "",
      waiting ? box.dataset.waits.replace("%n", waiting) : refused.length ? "" : box.dataset.none,
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
    box.querySelector("[data-kept-refused]").replaceChildren(...refused.map((entry) => line(entry, box)));
    box.querySelector("[data-kept-list]").replaceChildren(...kept.filter((entry) => entry.state !== "refused").map((entry) => line(entry, box)));
    box.querySelector("[data-kept-more]").hidden = kept.length === refused.length;
    for (const name of list(chart().dataset.ticked)) tick(name, true);
    for (const entry of kept.filter((one) => one.kind === "checked")) tick(new Map(entry.fields).get("check"), entry.state === "kept");
  }

  async act(button) {
    const { keptDo, once } = button.dataset;
    button.disabled = true;
    const box = document.querySelector("#kept");
    const entry = (await this.store.entries(this.session)).find((one) => one.once === once);
    if (entry && keptDo === "again") await this.store.change(once, { state: "kept", reasons: [] });
    if (entry && keptDo === "note") await this.noted(entry, box.dataset.noted, late(entry));
    if (entry && keptDo === "undone") await this.noted(entry, box.dataset.undone);
    await this.overlay();
    this.queue.send();
  }

  // What cannot be charted is told in the chart all the same, in a note, or after the signature in an addendum, by
  // whoever puts it down; it comes in the entry's place. What is words already stays as it is.
  async noted(entry, begins, ...more) {
    const { by, byName, signed } = chart().dataset;
    const kind = signed ? "addendum" : "note";
    const again = { once: key(), kind, by, byName };
    if (WORDS.includes(entry.kind)) {
      const fields = entry.fields.map(([name, value]) => [name, name === "kind" ? kind : value]);
      return this.store.replace(entry.once, { ...entry, ...again, fields });
    }
    const why = entry.reasons.map((one) => `${one.key} ${one.problem}`.trim()).join("; ");
    const text = `${begins} ${entry.words} (${new Date(entry.at).toLocaleString("en-GB")}, ${entry.byName}). ${why}`.slice(0, 3900);
    return this.store.replace(entry.once, { ...entry, ...again, fields: [["kind", kind], ["text", text], ...more], words: text });
  }
}

// All that a refused entry said, beside its words: so the clinic finds by lot, device and product whom it was done to.
// It is cut so that the clinic always takes it whole (treat/late.py): half of it could not be read at all.
const MOST_REASONS = 20;
const LONGEST_REASON = 400;
const cut = (text) => String(text ?? "").slice(0, LONGEST_REASON);

export function late(entry) {
  const { kind, by, reasons } = entry;
  const fields = entry.fields.map(([name, value]) => [cut(name), cut(value)]);
  const why = reasons.slice(0, MOST_REASONS).map((one) => [one.key, one.problem, one.do].map(cut));
  return ["late", JSON.stringify({ kind, fields, by, why })];
}
