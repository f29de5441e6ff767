// <time-left data-zones='{"cheeks": [planned s, left s]}' data-rest="min">: about how many minutes a visit still takes. What is charted
// on this tablet counts at once, also before the clinic has it; the clock of the zone at hand counts while it runs.
const here = new Map(); // seconds charted on this page, by zone: never more than the clinic will say

document.addEventListener("kept", (event) => {
  const { kind, zone, seconds } = event.target.elements;
  if (kind?.value !== "pass") return;
  here.set(zone.value, (here.get(zone.value) || 0) + (Number(seconds?.value) || 0));
  document.querySelectorAll("time-left").forEach((one) => one.draw());
}, true);
document.addEventListener("input", (event) => event.target.name === "seconds" && document.querySelectorAll("time-left").forEach((one) => one.draw()));

class TimeLeft extends HTMLElement {
  connectedCallback() { this.draw(); }

  draw() {
    const form = document.querySelector("#stage form:has([name=kind][value=pass])");
    const [at, running] = [form?.elements.zone?.value, Number(form?.elements.seconds?.value) || 0];
    let seconds = 0;
    for (const [zone, [planned, left]] of Object.entries(JSON.parse(this.dataset.zones))) {
      const now = zone === at && !form.dataset.sent ? running : 0;
      seconds += Math.max(0, Math.min(left, planned - (here.get(zone) || 0)) - now);
    }
    const minutes = Math.ceil(Number(this.dataset.rest) + seconds / 60);
    this.querySelector("[data-minutes]").textContent = String(minutes);
  }
}
if (!customElements.get("time-left")) customElements.define("time-left", TimeLeft);
