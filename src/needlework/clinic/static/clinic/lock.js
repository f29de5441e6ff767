// Locks the device when nobody has touched it for as long as the clinic allows, takes along where somebody was and
// what stood typed, and puts it back for the same person. The server holds the lock; this only asks for it.

const form = document.querySelector("form[data-lock-after]");
const OFTEN_MS = 5_000;
const others = new BroadcastChannel("needlework-lock"); // the other tabs of this device
let touched = Date.now();
let told = 0;

// A touch in one tab is a touch in all: none locks the device under somebody's hands.
function touch() {
  touched = Date.now();
  if (touched - told < OFTEN_MS) return;
  told = touched;
  others.postMessage("touched");
}

// And where one has been locked or signed out, none goes on showing what it shows.
others.onmessage = ({ data }) => {
  if (data === "touched") touched = Date.now();
  else if (form) location.replace(form.action);
};

const fields = () =>
  [...document.querySelectorAll("main form [name]")].filter(
    (one) => !["password", "hidden", "file", "submit", "button"].includes(one.type) && one.type !== undefined,
  );

const changed = (one) => {
  if (one.type === "checkbox" || one.type === "radio") return one.checked !== one.defaultChecked;
  if (one.options) return [...one.options].some((option) => option.selected !== option.defaultSelected);
  return one.value !== one.defaultValue;
};

// A field is found again by its name and its place among those of the same name.
const place = (one) => `${one.name} ${fields().filter((other) => other.name === one.name).indexOf(one)}`;

function draft() {
  const kept = fields().filter(changed);
  const values = kept.map((one) => [place(one), "checked" in one && /checkbox|radio/.test(one.type) ? one.checked : one.value]);
  return values.length ? JSON.stringify(values) : "";
}

function prepare() {
  form.elements.where.value = location.pathname + location.search;
  form.elements.draft.value = draft();
}

function lockWhenIdle() {
  // Without the network there is no coming back by PIN, so the one who treats keeps the page until it returns.
  if (Date.now() - touched < form.dataset.lockAfter * 60_000 || !navigator.onLine) return;
  touched = Date.now();
  form.requestSubmit();
}

async function putBack() {
  history.replaceState(null, "", location.pathname + location.search);
  const answer = await fetch(form.dataset.draft, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { draft, where } = await answer.json();
  if (!draft || where !== location.pathname + location.search) return;
  const kept = new Map(JSON.parse(draft));
  for (const one of fields()) {
    const key = place(one);
    if (!kept.has(key)) continue;
    if (typeof kept.get(key) === "boolean") one.checked = kept.get(key);
    else one.value = kept.get(key);
    one.dispatchEvent(new Event("input", { bubbles: true }));
    one.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

if (form) {
  for (const kind of ["pointerdown", "keydown", "input", "wheel", "touchstart"]) {
    addEventListener(kind, touch, { passive: true, capture: true });
  }
  form.addEventListener("submit", prepare);
  setInterval(lockWhenIdle, OFTEN_MS);
  // A tablet that slept wakes up locked, and a page from the browser's memory is asked for anew.
  document.addEventListener("visibilitychange", () => document.hidden || lockWhenIdle());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  if (location.hash === "#kept") putBack();
} else {
  others.postMessage("left"); // this is the lock or the login: whatever led here holds for the other tabs as well
}
