// What a session without the network needs, fetched while there is one: the pages of all steps to come, and what a tablet
// that is started again is drawn with. What did not come is asked for again at the next look.
import { list } from "./parts.js";

const chart = () => document.querySelector("#chart");

export class Ahead {
  constructor(store, page, told) {
    this.store = store;
    this.page = page;
    this.told = told; // called once everything is here
  }

  async prepare() {
    if (this.preparing) return;
    this.preparing = true;
    try {
      const { dataset } = document.querySelector("#kept");
      if (!dataset.ready) await this.fetchAhead();
      if (dataset.ready && !dataset.boots) await this.bootable();
    } finally {
      this.preparing = false;
    }
  }

  // Everything that the session may come to, while there is a network.
  async fetchAhead() {
    if (chart().dataset.signed) return;
    const wanted = ["check", "cartridge", ...list(chart().dataset.zones).map((zone) => `needle ${zone}`)];
    for (const variant of wanted) {
      if (await this.store.page(this.page.session, variant)) continue;
      const [step, zone] = variant.split(" ");
      const html = await this.page.fetched(`?kit=${step}${zone ? `&zone=${encodeURIComponent(zone)}` : ""}`);
      if (!html) return;
      await this.store.keepPage(this.page.session, variant, html);
    }
    document.querySelector("#kept").dataset.ready = "1";
    await this.told();
  }

  // The page and what it is drawn with, for a tablet that is started again without the network.
  async bootable() {
    if (!navigator.serviceWorker || chart().dataset.signed) return;
    try {
      await navigator.serviceWorker.ready;
      const drawn = performance.getEntriesByType("resource").map((one) => one.name).filter((name) => new URL(name).pathname.startsWith("/static/"));
      await (await caches.open("needlework-static")).addAll([...new Set(drawn)]);
      const page = await fetch(this.page.address, { credentials: "same-origin", redirect: "error" });
      if (page.ok) await (await caches.open("needlework-sessions")).put(this.page.address, page);
      document.querySelector("#kept").dataset.boots = "1";
    } catch {
      // without the network for the moment: at the next opening
    }
  }

  // Nothing of a page stays where somebody has left or locked.
  async forget() {
    await this.store.forgetPages();
    await globalThis.caches?.delete("needlework-sessions").catch(() => {});
  }
}
