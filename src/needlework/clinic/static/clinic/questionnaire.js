// Hides a question until it matters. The server leaves out what was typed under a hidden one, so this is
// comfort alone: without it every question is shown.

for (const form of document.querySelectorAll("[data-questionnaire]")) {
  const hanging = [...form.querySelectorAll("[data-ask-if]")];
  const fields = new Map();
  for (const control of hanging) {
    const field = control.closest(".field");
    if (field && !fields.has(field)) fields.set(field, JSON.parse(control.dataset.askIf));
  }

  const answers = (name) =>
    [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
      .filter((control) => !control.closest(".field")?.hidden)
      .filter((control) => !["radio", "checkbox"].includes(control.type) || control.checked)
      .map((control) => control.value)
      .filter((value) => value !== "");

  const holds = (test, given) => {
    if (!given.length) return false;
    if ("equals" in test) return given.includes(String(test.equals));
    if ("one_of" in test) return given.some((value) => test.one_of.includes(value));
    if ("within_days" in test) {
      const days = (Date.now() - Date.parse(given[0])) / 86400000;
      return days >= 0 && days < test.within_days + 1;
    }
    const number = Number(given[0]);
    return number >= (test.at_least ?? -Infinity) && number <= (test.at_most ?? Infinity);
  };

  // In the order of the page: a question hangs only on earlier ones, so one round settles all.
  const settle = () => {
    for (const [field, tests] of fields)
      field.hidden = !Object.entries(tests).every(([name, test]) => holds(test, answers(name)));
  };

  form.addEventListener("input", settle);
  settle();
}
