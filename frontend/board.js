// The planning board with a mouse: drag a bar to another block or row. It fills the same form that
// the panel offers to the keyboard, so the server decides in one place.
const board = document.querySelector("[data-board]");
const form = document.getElementById("board-move");
const side = document.getElementById("board-panel");
let dragged = null;

function target(event) {
  const cell = event.target.closest("td[data-start]");
  return cell && dragged ? cell : null;
}

function clearTarget() {
  board.querySelector(".is-target")?.classList.remove("is-target");
}

function placementFor(cell) {
  const isPlacement = board.dataset.board === "placements";
  return isPlacement ? cell.closest("tr").dataset.row : dragged.dataset.placement;
}

function fitsRow(cell) {
  const row = cell.closest("tr").dataset.row;
  return board.dataset.board === "placements" || row === dragged.dataset.person;
}

function submit(cell) {
  const { person, placement } = dragged.dataset;
  Object.assign(form.elements.person, { value: person });
  Object.assign(form.elements.instead_of, { value: placement });
  Object.assign(form.elements.placement, { value: placementFor(cell) });
  Object.assign(form.elements.start, { value: cell.dataset.start });
  form.requestSubmit();
}

board?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[draggable=true]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.textContent.trim());
  dragged.classList.add("is-dragged");
});

board?.addEventListener("dragover", (event) => {
  const cell = target(event);
  clearTarget();
  if (!cell || !fitsRow(cell)) return;
  event.preventDefault();
  cell.classList.add("is-target");
});

board?.addEventListener("drop", (event) => {
  const cell = target(event);
  if (!cell || !fitsRow(cell)) return;
  event.preventDefault();
  const same = cell.dataset.start === dragged.dataset.start && placementFor(cell) === dragged.dataset.placement;
  if (!same) submit(cell);
});

board?.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  clearTarget();
});

// The bar whose panel is open is outlined; closing gives the whole width back.
document.addEventListener("click", (event) => {
  const bar = event.target.closest(".bar-block");
  if (bar && board) {
    board.querySelector(".is-open")?.classList.remove("is-open");
    bar.classList.add("is-open");
  }
  if (event.target.closest("[data-close-panel]")) {
    event.preventDefault();
    side.replaceChildren();
    const open = board?.querySelector(".is-open");
    open?.classList.remove("is-open");
    open?.focus();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && side?.firstElementChild) side.querySelector("[data-close-panel]")?.click();
});
