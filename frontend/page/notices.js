function region() {
  return document.getElementById("toasts");
}

// The part is cloned from a template of the page, so that its words and icons stay on the server.
export function showToast(text, tone = "note") {
  const pattern = document.getElementById("toast-pattern");
  if (!text || !pattern || !region()) return;

  const toast = pattern.content.firstElementChild.cloneNode(true);
  toast.classList.add(`tone-${tone}`);
  toast.querySelector("[data-toast-text]").textContent = text;
  region().append(toast);
}

function speakTime(element) {
  const moment = new Date(element.dateTime);
  if (Number.isNaN(moment.getTime())) return;
  const form = new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: "full",
    timeStyle: "short",
  });
  element.title = `${form.format(moment)} (${Intl.DateTimeFormat().resolvedOptions().timeZone})`;
}

export function armNotices() {
  document.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest("[data-dismissible]")?.remove();
  });
  document.addEventListener("tandem:toast", (event) => showToast(event.detail.text, event.detail.tone));
  document.querySelectorAll("time[data-local]").forEach(speakTime);
}
