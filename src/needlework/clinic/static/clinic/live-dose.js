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
    this.querySelector(".dose-value").textContent = Math.round(dose).toLocaleString("en").replaceAll(",", "\u202f");
    const target = Number(this.dataset.target);
    if (!target) return;
    this.querySelector(".dose-fill").setAttribute("width", `${Math.min(100, (80 * dose) / target)}%`); // the target stands at 80 %
    this.querySelector(".dose-above").hidden = dose <= 1.1 * target;
    this.even(dose, target);
  }

  // How evenly so many passes lie, by the simulated hand of the edition: shares of the zone, not of this very skin.
  even(dose, target) {
    const says = this.querySelector("[data-even-says]");
    if (!says) return;
    const patterns = JSON.parse(this.dataset.spread);
    const passes = Number(this.dataset.had) + Number(this.form.querySelector("[name=passes]")?.value || 0);
    const pattern = patterns[Math.min(Math.max(1, passes), patterns.length) - 1];
    says.hidden = !(dose > 0 && pattern?.length);
    if (says.hidden) return;
    const [under, over] = [below(pattern, (0.5 * target) / dose), 1 - below(pattern, (2 * target) / dose)];
    const percent = (share) => String(Math.round(100 * share));
    says.textContent = this.dataset.even.replace("%near", percent(1 - under - over)).replace("%under", percent(under));
  }
}

// The share of the zone whose multiple of the mean lies below this one.
function below(pattern, multiple) {
  const step = 1 / (pattern.length - 1);
  if (multiple <= pattern[0]) return 0;
  for (let n = 1; n < pattern.length; n += 1) {
    if (multiple > pattern[n]) continue;
    const [low, high] = [pattern[n - 1], pattern[n]];
    return step * (n - 1 + (high > low ? (multiple - low) / (high - low) : 1));
  }
  return 1;
}

if (!customElements.get("live-dose")) customElements.define("live-dose", LiveDose);
