// <skin-clock>: minutes that a numbing cream has been on the skin, reckoned from when it was put on, so that a reload
// or a flat battery changes nothing; past its time it says so.
class SkinClock extends HTMLElement {
  connectedCallback() {
    this.querySelector(".skin-digits").hidden = false;
    clearInterval(this.timer);
    this.timer = setInterval(() => this.draw(), 1000);
    this.draw();
  }

  disconnectedCallback() { clearInterval(this.timer); }

  draw() {
    const minutes = Math.max(0, (Date.now() - Number(this.dataset.since)) / 60000);
    const over = minutes >= Number(this.dataset.longest);
    this.querySelector(".skin-digits").textContent = `${Math.floor(minutes)} min`;
    this.classList.toggle("is-over", over);
    const says = this.querySelector(".skin-over");
    if (Boolean(says.textContent) !== over) says.textContent = over ? this.dataset.over : "";
  }
}
if (!customElements.get("skin-clock")) customElements.define("skin-clock", SkinClock);
