// <harm-now>: the second tap shows at once what to do, whatever becomes of the entry; that it is kept is said when it is.
class HarmNow extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    this.list = this.querySelector("[data-harm-list]");
    this.details = this.closest("details");
    this.details.addEventListener("toggle", () => this.details.open && this.details.scrollIntoView({ block: "start" }));
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("kept", (event) => this.kept(event.target));
  }

  clicked(event) {
    const back = event.target.closest("[data-harm-back]");
    if (back) {
      event.preventDefault();
      this.show("");
    }
    const sign = event.target.closest(".harm-sign");
    if (!sign) return;
    const zone = document.querySelector("#stage form [name=zone]");
    if (zone && sign.form.matches("[data-local]")) sign.form.elements.zone.value = zone.value;
    setTimeout(() => this.show(sign.value)); // after the form is on its way
  }

  show(sign) {
    this.list.hidden = Boolean(sign);
    for (const one of this.querySelectorAll("[data-harm-now]")) one.hidden = one.dataset.harmNow !== sign;
    this.details.scrollIntoView({ block: "start" });
    this.querySelector(sign ? `#now-${CSS.escape(sign)}` : ".harm-sign")?.focus({ preventScroll: true });
  }

  kept(form) {
    const shown = this.querySelector(`[data-harm-now="${CSS.escape(form.elements.sign?.value || "")}"] [data-harm-kept]`);
    if (shown) shown.textContent = shown.dataset.harmKept.replace("%s", new Date().toLocaleTimeString("en-GB"));
    if (!form.elements.sign?.value || form.elements.kind.value === "note") form.reset();
  }
}
if (!customElements.get("harm-now")) customElements.define("harm-now", HarmNow);
