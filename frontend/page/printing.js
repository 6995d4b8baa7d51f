/* A button with data-print opens the browser's print dialogue; without scripts it is not shown. */
export function armPrinting() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
}
