// <depth-stepper>: −/+ beside a number, and the drawing of it against its wall.
class DepthStepper extends HTMLElement {
  connectedCallback() {
    if (this.input) return; // moved within the page, not new
    this.input = this.querySelector("input[type=number]");
    for (const button of this.querySelectorAll("button[data-step]")) {
      button.hidden = false;
      button.addEventListener("click", () => this.step(Number(button.dataset.step)));
    }
    this.input.addEventListener("input", () => this.draw());
    this.draw();
  }

  step(sign) {
    const step = Number(this.input.step) || 0.1;
    const decimals = (String(step).split(".")[1] || "").length;
    const value = Math.round((Number(this.input.value) || 0) / step + sign) * step;
    const kept = Math.min(Number(this.input.max), Math.max(Number(this.input.min), value));
    this.input.value = kept.toFixed(decimals);
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  draw() {
    const value = Number(this.input.value) || 0;
    const past = value > Number(this.input.dataset.limit) + 1e-9;
    this.querySelector(".wall-value").setAttribute("width", Math.max(0, Math.min(value, Number(this.input.max))));
    const limit = this.input.dataset.limit;
    this.querySelector(".wall-over")?.setAttribute("d", past ? `M${limit} 0H${Math.min(value, Number(this.input.max))}V1H${limit}Z` : "");
    this.classList.toggle("is-past", past);
    this.classList.toggle("is-below", !past);
    const reason = this.querySelector("[data-reason] input");
    if (reason) reason.required = past;
    const deeper = this.querySelector("[data-skin-past]");
    if (deeper) deeper.hidden = value <= Number(this.input.dataset.skin);
    this.querySelector("[data-step='-1']").disabled = value <= Number(this.input.min);
    this.querySelector("[data-step='1']").disabled = value >= Number(this.input.max);
  }
}
if (!customElements.get("depth-stepper")) customElements.define("depth-stepper", DepthStepper);
