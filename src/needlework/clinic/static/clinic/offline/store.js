// What this tablet keeps: entries until they are in the clinic, and the pages with which a session goes on without
// the network. An entry is kept once the promise is fulfilled, which is after the disk has it.

const NAME = "needlework";
const VERSION = 1;

const opened = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const done = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error || new DOMException("aborted", "AbortError"));
  });

export class Store {
  // Fails where the browser keeps nothing, as in some private windows: then the page works as without a script.
  static async open() {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const made = request.result;
      made.createObjectStore("entries", { keyPath: "once" }).createIndex("session", "session");
      made.createObjectStore("pages", { keyPath: "key" }).createIndex("session", "session");
      made.createObjectStore("names", { keyPath: "name" });
    };
    const store = new Store(await opened(request));
    store.database.onclose = async () => (store.database = (await Store.open()).database); // cleared by the browser
    navigator.storage?.persist?.().catch(() => {}); // asked, so that a full disk does not cost an entry
    return store;
  }

  constructor(database) { this.database = database; }

  write(...names) { return this.database.transaction(names, "readwrite", { durability: "strict" }); }
  read(name) { return this.database.transaction(name).objectStore(name); }

  async name(name) { return (await opened(this.read("names").get(name)))?.value; }

  async setName(name, value) {
    const transaction = this.write("names");
    transaction.objectStore("names").put({ name, value });
    await done(transaction);
  }

  async tablet() {
    if (!(await this.name("tablet"))) await this.setName("tablet", key());
    return this.name("tablet");
  }

  // The entry with the next number of its session on this tablet.
  async add(entry) {
    const transaction = this.write("entries", "names");
    const names = transaction.objectStore("names");
    const last = await opened(names.get(`n ${entry.session}`));
    const n = (last?.value || 0) + 1;
    names.put({ name: `n ${entry.session}`, value: n });
    transaction.objectStore("entries").add({ ...entry, n, state: "kept", reasons: [] });
    return done(transaction);
  }

  // Another entry in the place of one that is still here, and with its number: a signature that waits for it goes on waiting.
  async replace(once, entry) {
    const transaction = this.write("entries");
    const entries = transaction.objectStore("entries");
    const found = await opened(entries.get(once));
    if (found) entries.put({ ...entry, n: found.n, state: "kept", reasons: [] });
    if (found) entries.delete(once);
    return done(transaction);
  }

  async change(once, changes) {
    const transaction = this.write("entries");
    const entries = transaction.objectStore("entries");
    const found = await opened(entries.get(once));
    if (found) entries.put({ ...found, ...changes });
    await done(transaction);
  }

  async remove(once) {
    const transaction = this.write("entries");
    transaction.objectStore("entries").delete(once);
    await done(transaction);
  }

  async entries(session) {
    const all = this.read("entries");
    const found = await opened(session ? all.index("session").getAll(session) : all.getAll());
    return found.sort((one, other) => one.session.localeCompare(other.session) || one.n - other.n);
  }

  async keepPage(session, variant, html) {
    const transaction = this.write("pages");
    transaction.objectStore("pages").put({ key: `${session} ${variant}`, session, html });
    await done(transaction);
  }

  async page(session, variant) { return (await opened(this.read("pages").get(`${session} ${variant}`)))?.html; }

  async forgetPages() {
    const transaction = this.write("pages");
    transaction.objectStore("pages").clear();
    await done(transaction);
  }
}

// A fresh key; outside a secure context the browser has no ready-made one.
export function key() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
