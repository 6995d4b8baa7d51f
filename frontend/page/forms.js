const dirty = new WeakSet();
let leaving = false;

function count(field) {
  const counter = document.getElementById(field.dataset.counter);
  if (!counter) return;
  const most = Number(counter.dataset.most);
  const used = [...field.value.replace(/\r\n/g, "\n")].length;
  counter.textContent = `${used.toLocaleString(document.documentElement.lang)} / ${most.toLocaleString(document.documentElement.lang)}`;
  counter.dataset.state = used > most ? "over" : "";
}

function busy(form, submitter) {
  form.dataset.sent = "yes";
  submitter?.setAttribute("aria-busy", "true");
}

function free(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

// A second press while the first is under way would arrive as a second wish.
function onSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  dirty.delete(form);
  if (form.matches("[data-guard]")) leaving = true;
  // A file to download leaves the page where it is; its button must stay usable.
  if (!form.matches("[data-stays]")) busy(form, event.submitter);
}

function onInput(event) {
  const field = event.target;
  if (field.dataset.counter) count(field);
  const form = field.closest("form[data-guard]");
  if (form) dirty.add(form);
}

function onChange(event) {
  const form = event.target.closest("form[data-autosubmit]");
  if (form) form.requestSubmit();
}

function warnBeforeLeaving(event) {
  if (leaving) return;
  const changed = [...document.querySelectorAll("form[data-guard]")].some((form) => dirty.has(form));
  if (changed) event.preventDefault();
}

// Empty fields of a filter form only lengthen the address.
function tidyQuery(event) {
  if (event.target.method !== "get") return;
  for (const [name, value] of [...event.formData.entries()]) {
    if (value === "") event.formData.delete(name);
  }
}

export function armForms() {
  document.addEventListener("submit", onSubmit);
  document.addEventListener("input", onInput);
  document.addEventListener("change", onChange);
  document.addEventListener("formdata", tidyQuery);
  window.addEventListener("beforeunload", warnBeforeLeaving);
  document.addEventListener("htmx:finally:request", () => document.querySelectorAll("form[data-sent]").forEach(free));
  // Coming back with the browser's button shows the page as it was left, with its buttons still busy.
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));
  document.querySelectorAll("[data-counter]").forEach(count);
  document.addEventListener("htmx:after:swap", () => document.querySelectorAll("[data-counter]").forEach(count));
  document.querySelector("form[method=post] [data-error-summary]")?.focus();
}
