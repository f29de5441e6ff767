// <count-stepper>: − and + beside a whole number.
class CountStepper extends HTMLElement {
  connectedCallback() {
    if (this.input) return; // moved within the page, not new
    this.input = this.querySelector("input[type=number]");
    for (const button of this.querySelectorAll("button[data-step]")) {
      button.hidden = false;
      button.addEventListener("click", () => this.step(Number(button.dataset.step)));
    }
  }

  step(by) {
    const low = Number(this.input.min) || 0;
    const high = this.input.max === "" ? Infinity : Number(this.input.max);
    this.input.value = String(Math.min(high, Math.max(low, (Math.round(Number(this.input.value)) || 0) + by)));
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
if (!customElements.get("count-stepper")) customElements.define("count-stepper", CountStepper);
