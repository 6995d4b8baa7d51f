// The theme buttons are a plain form; here the page changes at once and the choice is sent beside it.
export function armTheme() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-theme-form]");
    const theme = event.submitter?.value;
    if (!form || !theme) return;

    event.preventDefault();
    document.documentElement.dataset.bsTheme = theme;
    for (const button of document.querySelectorAll("form[data-theme-form] button")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
    const body = new FormData(form, event.submitter);
    try {
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
      if (answer.status >= 400) form.submit();
    } catch {
      // Offline: the page has its theme, the choice is asked again next time.
    }
  });
}
