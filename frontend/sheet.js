// Keeps what was ticked on this device until it is handed in, and never sends it anywhere else.
const PREFIX = "tandem-sheet:";
const DAYS = 14;
const form = document.querySelector("form[data-draft]");

function forgetOld() {
  const limit = Date.now() - DAYS * 24 * 3600 * 1000;
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(PREFIX)) continue;
    const kept = read(name);
    if (!kept || kept.day < limit) localStorage.removeItem(name);
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function ticked() {
  const found = {};
  for (const radio of form.querySelectorAll("input[type=radio]:checked")) found[radio.name] = radio.value;
  return found;
}

function restore(kept) {
  for (const radio of form.querySelectorAll("input[type=radio]")) {
    if (kept[radio.name] === radio.value) radio.checked = true;
  }
}

function arm() {
  const name = PREFIX + form.dataset.draft;
  const note = form.querySelector("[data-draft-note]");
  const kept = read(name);
  if (kept && Object.keys(ticked()).length === 0) restore(kept.ticks);
  note.hidden = false;
  form.addEventListener("change", () => {
    localStorage.setItem(name, JSON.stringify({ day: Date.now(), ticks: ticked() }));
  });
  form.addEventListener("submit", () => localStorage.removeItem(name));
  form.querySelector("[data-draft-forget]").addEventListener("click", () => {
    localStorage.removeItem(name);
    form.reset();
  });
}

if (form && "localStorage" in window) {
  forgetOld();
  arm();
}
