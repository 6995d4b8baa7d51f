/* A box with data-tick-all ticks every other box of its form; without scripts it is not shown. */
export function armTicking() {
  document.addEventListener("change", (event) => {
    const all = event.target.closest("[data-tick-all]");
    if (!all) return;
    for (const box of all.form.querySelectorAll("input[type=checkbox]")) box.checked = all.checked;
  });
}
