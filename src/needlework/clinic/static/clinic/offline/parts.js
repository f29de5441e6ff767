// The parts of the session's page: what may be put in the place of what, and an entry told in one line.

// A page that was fetched before does not know what was ticked since; what the clinic refused is not ticked.
export function tick(name, done) {
  const box = document.querySelector(`#tick-${CSS.escape(name)}`);
  if (box) Object.assign(box, { checked: done, disabled: done });
}

// A form that was tapped takes no other tap, and shows it. A tick stays within reach of the keys: Tab goes on from it.
const left = new WeakMap(); // what had the focus in a form that is held: an inert form loses it
export function hold(form) {
  if (form.contains(document.activeElement)) left.set(form, document.activeElement);
  form.dataset.keeping = "1";
  form.inert = !form.matches("[data-tick]");
}

export function release(form) {
  delete Object.assign(form, { inert: false }).dataset.keeping;
  if (document.activeElement === document.body) left.get(form)?.focus({ preventScroll: true });
  left.delete(form);
}

// What it holds was not kept, and why.
export function complain(form, says) {
  release(form);
  form.querySelector("[data-complaint]")?.remove();
  if (form.matches("[data-tick]")) form.querySelector("[type=checkbox]").checked = false;
  const note = Object.assign(document.createElement("p"), { className: "errors", textContent: says });
  note.setAttribute("role", "alert");
  note.dataset.complaint = "";
  form.prepend(note);
  note.scrollIntoView({ block: "nearest" });
}

export const list = (text) => (text || "").split(" ").filter(Boolean);

// What was opened stays open, and whoever goes by keys or listens stays where they were; a new step, or what was
// charted, begins again at its heading.
export function put(old, made) {
  const focused = document.activeElement;
  const had = old.contains(focused) && focused;
  const same = old.dataset.shown === made.dataset.shown;
  const charted = [...old.querySelectorAll("form")].some((form) => left.has(form));
  const twin = had && same && alike(old, made, had);
  if (same) for (const one of old.querySelectorAll("details[open]:not(:has(form[data-sent]), form[data-sent] details) > summary")) alike(old, made, one)?.parentElement.setAttribute("open", "");
  old.replaceWith(document.adoptNode(made));
  made.dispatchEvent(new Event("put", { bubbles: true }));
  if (twin) return focusOn(twin);
  const nowhere = focused === document.body && (charted || (made.id === "stage" && !same));
  return had || nowhere ? focusOn(made.querySelector("#now h2, h2, summary")) : undefined;
}

// The same thing in what comes in its place: called the same, and where several are, the same one of them.
function alike(old, made, had) {
  const of = (part) => [...part.querySelectorAll(had.tagName)].filter((one) => called(one) === called(had));
  return of(made)[of(old).indexOf(had)];
}
const called = (one) => one.id || one.getAttribute("href") || one.textContent.replace(/\s+/g, " ").trim() + about(one);
const about = (one) => one.closest("details")?.querySelector("[name=corrects]")?.value || ""; // of many entries, which

function focusOn(place) {
  if (place?.matches("h2")) place.setAttribute("tabindex", "-1");
  place?.focus({ preventScroll: true });
}

// The checklist stays where it is while it is ticked: overlay() puts the ticks, and only the heading counts anew.
export const ticking = (old, made) => old.dataset.shown === "check" && made.dataset.shown === "check" && !made.querySelector(".errors");

// Whether somebody is typing in it, or has typed what is not sent.
export function busy(part) {
  const active = document.activeElement;
  if (part.contains(active) && active.matches("input:not([type=checkbox]), textarea, select") && !active.closest("[data-sent]")) return true;
  if (part.querySelector("stop-clock.is-running")) return true;
  return [...part.querySelectorAll("input, textarea, select")].some((one) => {
    if (one.type === "hidden" || one.disabled || one.closest("[data-tick], [data-sent]")) return false;
    if (one.type === "checkbox" || one.type === "radio") return one.checked !== one.defaultChecked;
    return one.options ? false : one.value !== one.defaultValue;
  });
}

// An entry as one line: what its form is called, and what was entered.
export function words(form) {
  if (form.dataset.words) return form.dataset.words;
  const title = form.closest("details")?.querySelector("summary") || form.querySelector("label.choice span") || form.closest("section, #now")?.querySelector("h2");
  const said = [...form.querySelectorAll("input, textarea, select")]
    .filter((one) => one.value && !["hidden", "submit"].includes(one.type) && (!["radio", "checkbox"].includes(one.type) || one.checked))
    .map((one) => (one.labels?.[0]?.textContent.trim() && one.type !== "checkbox" ? `${named(one)} ${shown(one)}` : ""))
    .filter(Boolean);
  return [title?.firstChild?.textContent.trim() || form.elements.kind.value, said.join(", ")].filter(Boolean).join(": ");
}
const named = (one) => (one.type === "radio" ? "" : one.labels[0].textContent.replace(/\s+/g, " ").trim());
const shown = (one) => (one.type === "radio" ? one.labels[0].textContent.replace(/\s+/g, " ").trim() : one.options ? one.selectedOptions[0]?.textContent : one.value);

// What may not become of a refused entry: harm becomes no plain note, in which nobody looks for it, and it did happen.
const NEVER = { note: ["adverse"], undone: ["note", "addendum", "adverse"] };

export function line(entry, box) {
  const item = box.querySelector("template").content.firstElementChild.cloneNode(true);
  item.dataset.once = entry.once;
  item.dataset.state = entry.state;
  item.querySelector("time").textContent = new Date(entry.at).toLocaleTimeString("en-GB");
  item.querySelector("time").dateTime = entry.at;
  item.querySelector("[data-words]").textContent = entry.words;
  const refused = entry.state === "refused";
  const waits = entry.waitsFor ? box.dataset.waitsFor.replace("%s", entry.waitsFor) : "";
  item.querySelector("[data-why]").textContent = refused ? entry.reasons.map((one) => `${one.key} ${one.problem} ${one.do}`.trim()).join(" ") : waits;
  for (const button of item.querySelectorAll("button")) {
    button.hidden = !refused || (NEVER[button.dataset.keptDo] || []).includes(entry.kind);
    button.dataset.once = entry.once;
  }
  return item;
}
