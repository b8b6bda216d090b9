// Rows inside others (data-inside: the row around, by its data-row) fold: <button data-fold aria-expanded>. All are open at first.
const table = () => document.querySelector("[data-nested]");
const rows = () => [...table().querySelectorAll("[data-row]")];
const buttonOf = (row) => row.querySelector("[data-fold]");
const isOpen = (row) => buttonOf(row)?.getAttribute("aria-expanded") !== "false";

// A row shows when every row around it is open.
function apply() {
  if (!table()) return;
  const shown = new Map([["", true]]);
  for (const row of rows()) {
    const visible = shown.get(row.dataset.inside) ?? true;
    row.hidden = !visible;
    shown.set(row.dataset.row, visible && isOpen(row));
  }
}

function fold(buttons, open) {
  for (const button of buttons) button.setAttribute("aria-expanded", String(open));
  apply();
}

document.addEventListener("click", (event) => {
  const one = event.target.closest("[data-fold]");
  if (one) fold([one], one.getAttribute("aria-expanded") === "false");
  const all = event.target.closest("[data-fold-all]");
  if (!all) return;
  const open = all.getAttribute("aria-pressed") === "true";
  fold(table().querySelectorAll("[data-fold]"), open);
  all.setAttribute("aria-pressed", String(!open));
});

document.addEventListener("htmx:afterSettle", apply); // more rows may have come into one that is closed
