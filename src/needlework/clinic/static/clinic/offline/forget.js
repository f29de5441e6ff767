// On the pages where somebody has left or locked: nothing of a patient's page stays on the tablet. Entries that are
// not in the clinic yet stay, without a name, until who made them is back.
import { Store } from "./store.js";

globalThis.caches?.delete("needlework-sessions").catch(() => {});
Store.open().then((store) => store.forgetPages()).catch(() => {});
