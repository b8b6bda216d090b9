// A list of options walked from a text field: the field keeps the focus, aria-activedescendant says which is chosen.
export class Listbox {
  constructor(input, list) {
    this.input = input;
    this.list = list;
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get chosen() {
    return this.list.querySelector("[role=option][aria-selected=true]");
  }

  choose(option) {
    for (const other of this.options) other.setAttribute("aria-selected", String(other === option));
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  // Past either end lies no option: the field itself, when `through` it.
  step(by, through = false) {
    const all = this.options;
    if (!all.length) return;
    const places = all.length + (through ? 1 : 0);
    const at = this.chosen ? all.indexOf(this.chosen) : through ? all.length : by > 0 ? -1 : 0;
    this.choose(all[(at + by + places) % places]);
  }
}
