// <live-dose>: needles × strokes per second × seconds ÷ area, against the target. The server computes it again.
class LiveDose extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form") || document;
    this.update = () => this.draw();
    for (const event of ["input", "change"]) this.form.addEventListener(event, this.update);
    this.draw();
  }

  disconnectedCallback() {
    for (const event of ["input", "change"]) this.form.removeEventListener(event, this.update);
  }

  read(what) {
    const name = this.dataset[`${what}Name`];
    const field = name && this.form.querySelector(`[name="${CSS.escape(name)}"]`);
    return Number(field ? field.value : this.dataset[what]);
  }

  draw() {
    const [strokes, seconds, area] = [this.read("strokes"), this.read("seconds"), this.read("area")];
    if (!(strokes > 0 && area > 0 && seconds >= 0)) return;
    const dose = Number(this.dataset.already) + (Number(this.dataset.needles) * strokes * seconds) / area;
    this.querySelector(".dose-value").textContent = Math.round(dose).toLocaleString(document.documentElement.lang || "en");
    const target = Number(this.dataset.target);
    if (!target) return;
    this.querySelector(".dose-fill").setAttribute("width", `${Math.min(100, (80 * dose) / target)}%`); // the target stands at 80 %
    this.querySelector(".dose-above").hidden = dose <= 1.1 * target;
  }
}
if (!customElements.get("live-dose")) customElements.define("live-dose", LiveDose);
