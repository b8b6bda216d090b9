// <… data-suggest><input hx-get=…><div hidden></div></…>: what a search field suggests as one types. Arrows walk the list,
// Enter follows or searches, Escape closes. data-suggest="empty" suggests only before anything is typed.
import { Listbox } from "./listbox.js";

const boxes = new WeakMap();

function boxOf(input) {
  if (!boxes.has(input)) boxes.set(input, new Listbox(input, input.closest("[data-suggest]").querySelector(".suggest__list")));
  return boxes.get(input);
}

const fieldOf = (target) => target.closest?.("[data-suggest]")?.querySelector("input[hx-get]");
const wanted = (input) => input.closest("[data-suggest]").dataset.suggest !== "empty" || !input.value.trim();

function show(input, open) {
  const box = boxOf(input);
  const shown = open && box.options.length > 0;
  box.list.hidden = !shown;
  input.setAttribute("aria-expanded", String(shown));
  if (!shown) box.choose(null);
}

for (const input of document.querySelectorAll("[data-suggest] input[hx-get]")) {
  const { list } = boxOf(input);
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id }))
    input.setAttribute(name, value);
  input.addEventListener("focus", () => input.matches("[autofocus]") || input.dispatchEvent(new Event("suggest:refresh")));
  input.addEventListener("click", () => boxOf(input).list.hidden && input.dispatchEvent(new Event("suggest:refresh")));
  input.addEventListener("blur", () => show(input, false));
  input.addEventListener("input", () => wanted(input) || show(input, false));
  input.addEventListener("keydown", (event) => act(event, input));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("htmx:afterSwap", () => show(input, document.activeElement === input && wanted(input)));
}

function act(event, input) {
  const box = boxOf(input);
  const keys = {
    ArrowDown: () => (box.list.hidden ? show(input, wanted(input)) : box.step(1, true)),
    ArrowUp: () => box.list.hidden || box.step(-1, true),
    Enter: () => (box.chosen ? box.chosen.click() : show(input, false)),
    Escape: () => show(input, false),
  };
  if (!keys[event.key] || event.isComposing) return;
  const follows = event.key === "Enter" && box.chosen;
  if (event.key.startsWith("Arrow") || follows || (event.key === "Escape" && !box.list.hidden)) event.preventDefault();
  keys[event.key]();
}

// Only what is wanted is asked for, and what was asked before Enter was pressed comes too late.
document.addEventListener("htmx:beforeRequest", (event) => {
  const input = event.target.matches?.("[data-suggest] input[hx-get]") && fieldOf(event.target);
  if (input && !wanted(input)) event.preventDefault();
});

// Enter in the page of results is a search somebody meant, and is remembered as one.
document.addEventListener("htmx:configRequest", ({ target, detail }) => {
  if (target.matches?.("[data-search-form]") && detail.triggeringEvent?.type === "submit") detail.headers["Concord-Submitted"] = "yes";
});
