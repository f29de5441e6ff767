// <quick-phrases>: a tap puts a phrase at the end of the note beside it; the note stays text, to be read before it is charted.
class QuickPhrases extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.hidden = false;
    this.addEventListener("click", (event) => {
      const phrase = event.target.closest("button")?.textContent.trim();
      const note = this.closest("form")?.querySelector("textarea");
      if (!phrase || !note) return;
      const before = note.value.replace(/\s+$/, "");
      note.value = `${before}${before ? " " : ""}${phrase}${phrase.endsWith(":") ? " " : ""}`;
      note.dispatchEvent(new Event("input", { bubbles: true }));
      if (phrase.endsWith(":")) note.focus(); // it waits for the rest
    });
  }
}
if (!customElements.get("quick-phrases")) customElements.define("quick-phrases", QuickPhrases);
