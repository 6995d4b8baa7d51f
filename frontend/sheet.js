// Keeps what was ticked or written on this device until the server has it, and never sends it
// anywhere else. What has been handed in, the next page names, and it is forgotten here.
const PREFIX = "tandem-sheet:";
const DAYS = 14;
const FIELDS = "input[type=radio], input[type=checkbox], textarea";
const form = document.querySelector("form[data-draft]");

function forgetHandedIn() {
  const told = document.querySelector("[data-drafts-done]")?.dataset.draftsDone ?? "";
  for (const tag of told.split(" ")) localStorage.removeItem(PREFIX + tag);
}

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

function filledIn() {
  const found = {};
  for (const field of form.querySelectorAll(FIELDS)) {
    const isGiven = field.type === "textarea" ? field.value !== "" : field.checked;
    if (isGiven) found[field.name] = field.value;
  }
  return found;
}

function restore(kept) {
  for (const field of form.querySelectorAll(FIELDS)) {
    if (!(field.name in kept)) continue;
    if (field.type !== "textarea") field.checked = kept[field.name] === field.value;
    else field.value = kept[field.name];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function arm() {
  const name = PREFIX + form.dataset.draft;
  const kept = read(name);
  if (kept && Object.keys(filledIn()).length === 0) restore(kept.fields ?? {});
  form.querySelector("[data-draft-note]").hidden = false;
  form.addEventListener("input", () => {
    localStorage.setItem(name, JSON.stringify({ day: Date.now(), fields: filledIn() }));
  });
  form.querySelector("[data-draft-forget]").addEventListener("click", () => {
    form.reset();
    localStorage.removeItem(name);
  });
}

if ("localStorage" in window) {
  forgetHandedIn();
  forgetOld();
  if (form) arm();
}
