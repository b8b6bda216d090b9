// The palette: Ctrl-K or Cmd-K opens it, arrows walk its results, Enter follows, Escape closes (the dialog's own).
import { Listbox } from "./listbox.js";

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("[role=combobox]");
const results = dialog?.querySelector("[role=listbox]");
const box = new Listbox(input, results);

function open() {
  if (dialog.open) return;
  dialog.showModal();
  input.value = "";
  input.dispatchEvent(new Event("palette:refresh"));
}

const keys = {
  ArrowDown: () => box.step(1),
  ArrowUp: () => box.step(-1),
  Home: () => box.choose(box.options[0]),
  End: () => box.choose(box.options.at(-1)),
  Enter: () => box.chosen?.click(),
};

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) open();
    if (event.target === dialog) dialog.close();
  });
  input.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.isComposing) return;
    event.preventDefault();
    act();
  });
  results.addEventListener("htmx:afterSwap", () => box.choose(box.options[0]));
}
