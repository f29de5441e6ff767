// <pack-scan>: what a scanner types into it fills lot, serial and expiry, so that they can be read and judged on the
// tablet, also without the network. The clinic reads the code again by all of its rules (loop/gs1.py) and decides.
const GS = "\x1d";
const FIXED = { "00": 18, "01": 14, "02": 14, 11: 6, 12: 6, 13: 6, 15: 6, 16: 6, 17: 6, 20: 2 };
const VARIABLE = ["10", "21", "22", "240", "241", "30", "37"];

// A scanner that types sends the group separator as Ctrl+], which a browser writes nowhere.
export function separator(event) {
  if (!(event.ctrlKey && (event.code === "BracketRight" || event.key === "]")) && event.key !== GS) return;
  event.preventDefault();
  const input = event.target;
  input.setRangeText(GS, input.selectionStart, input.selectionEnd, "end");
}

class PackScan extends HTMLElement {
  connectedCallback() {
    if (this.input) return;
    this.input = this.querySelector("input");
    this.input.addEventListener("keydown", separator);
    this.input.addEventListener("change", () => this.fill());
  }

  fill() {
    const said = fields(this.input.value);
    const form = this.closest("form");
    if (!said || !form) return;
    for (const [name, value] of [["lot", said[10]], ["serial", said[21]], ["expires", day(said[17])]])
      if (value) form.elements[name].value = value;
  }
}

// The fields of a code, or null where it is not understood to its end.
function fields(code) {
  let text = code.trim().replace(/^\](d2|C1|Q3)/, "");
  const said = {};
  if (text.startsWith("(")) {
    const parts = text.split(/\((\d{2,4})\)/).slice(1);
    for (let n = 0; n < parts.length; n += 2) said[parts[n]] = parts[n + 1].trim();
    return said;
  }
  while (text.startsWith(GS)) text = text.slice(1);
  while (text) {
    const ai = [2, 3].map((n) => text.slice(0, n)).find((one) => one in FIXED || VARIABLE.includes(one));
    if (!ai) return null;
    text = text.slice(ai.length);
    const end = ai in FIXED ? FIXED[ai] : text.includes(GS) ? text.indexOf(GS) : text.length;
    said[ai] = text.slice(0, end);
    text = text.slice(end);
    if (text.startsWith(GS)) text = text.slice(1);
  }
  return said;
}

function day(yymmdd) {
  if (!/^\d{6}$/.test(yymmdd || "")) return "";
  const [two, month, of] = [0, 2, 4].map((n) => Number(yymmdd.slice(n, n + 2)));
  const now = new Date().getFullYear();
  const ahead = two - (now % 100);
  const year = now - (now % 100) + two + (ahead >= 51 ? -100 : ahead <= -50 ? 100 : 0);
  const last = of || new Date(year, month, 0).getDate();
  return `${year}-${String(month).padStart(2, "0")}-${String(last).padStart(2, "0")}`;
}

if (!customElements.get("pack-scan")) customElements.define("pack-scan", PackScan);
