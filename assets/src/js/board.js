// <div data-board>: a card that is dropped on a column is sent there, as its own form would send it.
let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-ticket]");
  if (dragged) event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  const column = event.target.closest?.("[data-board] [data-state]");
  for (const other of document.querySelectorAll("[data-over]")) if (other !== column) delete other.dataset.over;
  if (!dragged || !column) return;
  event.preventDefault();
  column.dataset.over = "yes";
});

document.addEventListener("drop", (event) => {
  const column = event.target.closest?.("[data-board] [data-state]");
  const form = dragged?.querySelector("form[data-move]");
  if (!column || !form) return;
  event.preventDefault();
  form.elements.to.value = column.dataset.state;
  if (form.elements.to.value !== form.elements.seen.value) form.requestSubmit();
});

document.addEventListener("dragend", () => {
  for (const other of document.querySelectorAll("[data-over]")) delete other.dataset.over;
  dragged = null;
});
