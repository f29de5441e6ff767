// <zone-map>: the drawing and the list show one another; in mode "choose" the drawing turns the list's checkboxes.
class ZoneMap extends HTMLElement {
  connectedCallback() {
    if (this.zones) return; // moved within the page, not new
    this.zones = [...this.querySelectorAll("[data-zone]")]; // a zone is drawn on several figures
    for (const zone of this.zones) {
      const id = zone.dataset.zone;
      const row = this.querySelector(`[data-row="${id}"]`);
      for (const part of [zone, row]) {
        if (!part) continue;
        for (const [event, lit] of [["pointerenter", true], ["pointerleave", false], ["focusin", true], ["focusout", false]]) {
          part.addEventListener(event, () => this.light(id, lit));
        }
      }
      const box = row?.querySelector("input[type=checkbox]");
      if (this.dataset.mode === "choose" && box && !box.disabled) this.bind(zone, box);
    }
    // another view is no answer: the form around the map is not to hear of it
    this.querySelector(".zones-views")?.addEventListener("change", (event) => event.stopPropagation());
    this.querySelector(".zones-views")?.addEventListener("input", (event) => event.stopPropagation());
    if (this.dataset.mode === "choose") this.querySelectorAll(".zones-svg").forEach((figure) => figure.setAttribute("role", "group"));
  }

  bind(zone, box) {
    zone.setAttribute("role", "checkbox");
    zone.setAttribute("tabindex", "0");
    const toggle = () => {
      box.checked = !box.checked;
      box.dispatchEvent(new Event("input", { bubbles: true }));
      box.dispatchEvent(new Event("change", { bubbles: true }));
    };
    zone.addEventListener("click", toggle);
    zone.addEventListener("keydown", (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      toggle();
    });
    const show = () => {
      zone.setAttribute("aria-checked", String(box.checked));
      zone.classList.toggle("zone-selected", box.checked);
      for (const label of this.querySelectorAll(`[data-label="${zone.dataset.zone}"]`)) label.classList.toggle("zone-label-none", !box.checked);
      if (!box.checked) zone.classList.remove("zone-planned");
      zone.querySelectorAll(".zone-paint").forEach((paint) => paint.toggleAttribute("hidden", !box.checked));
    };
    box.addEventListener("change", show);
    box.form?.addEventListener("reset", () => setTimeout(show));
    show();
  }

  light(id, lit) {
    for (const part of this.querySelectorAll(`[data-zone="${id}"], [data-row="${id}"], [data-label="${id}"]`)) {
      part.classList.toggle("is-lit", lit);
    }
  }
}
if (!customElements.get("zone-map")) customElements.define("zone-map", ZoneMap);
