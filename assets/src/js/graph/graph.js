// The picture of lineage and what one can do in it. The address holds the view; lists on the page say the same.
import { Camera } from "./camera.js";
import { draw } from "./draw.js";
import { layOut } from "./layout.js";
import { readPicture } from "./picture.js";
import { saveAs } from "./save.js";
import { slide } from "./slide.js";
import { make } from "./svg.js";

export class Graph {
  constructor(place, data) {
    this.place = place;
    this.picture = readPicture(data);
    this.columns = new Map(); // of unfolded cards, by key
    this.lit = litOf(this.picture);
    this.stage = place.querySelector("[data-stage]");
    this.side = place.querySelector("[data-side]");
    this.world = make("g");
    this.svg = make("svg", { role: "group", "aria-label": "Datasets and the lines between them" }, this.world);
    this.form = document.getElementById("graph-form");
  }

  start() {
    this.place.hidden = false;
    const lists = document.getElementById("lists");
    if (lists) lists.open = false;
    this.stage.append(this.svg);
    this.camera = new Camera(this.svg, this.world);
    if (this.lit) for (const [key, columns] of this.lit.columns) this.columns.set(key, columns);
    this.redraw();
    this.camera.fit(this.placed, this.placed.nodes.get(this.picture.focus));
    this.listen();
  }

  redraw(keep) {
    const started = performance.now();
    this.placed = layOut(this.picture, this.columns);
    this.world.replaceChildren(...draw(this.picture, this.placed, this.columns, this.place.dataset.icons, this.lit));
    this.place.dataset.milliseconds = Math.round(performance.now() - started);
    if (keep) this.world.querySelector(`a[data-key="${CSS.escape(keep)}"]`)?.focus({ preventScroll: true });
  }

  listen() {
    this.place.addEventListener("click", (event) => this.click(event));
    this.place.addEventListener("keydown", (event) => this.key(event));
    this.svg.addEventListener("focusin", (event) => {
      const at = this.placed.nodes.get(event.target.dataset?.key);
      if (at) this.camera.show(at);
    });
    this.place.querySelector("[data-find]").addEventListener("input", (event) => this.find(event.target.value));
    slide(this.form.querySelector("[data-since]"));
    for (const input of this.form.querySelectorAll("select, input[type=date]")) input.addEventListener("change", () => this.form.requestSubmit());
  }

  click(event) {
    const tool = event.target.closest("[data-do]");
    if (tool) return this.act(tool, event);
    const card = event.target.closest("[data-card]")?.dataset.card;
    if (card?.startsWith("g")) return this.unfold();
    const line = event.target.closest(".g-line");
    if (line) this.explain(line.dataset.up, line.dataset.down);
  }

  act(tool, event) {
    const actions = {
      in: () => this.camera.zoom(1.3),
      out: () => this.camera.zoom(1 / 1.3),
      fit: () => this.camera.fit(this.placed, null, true),
      full: () => (document.fullscreenElement ? document.exitFullscreen() : this.place.requestFullscreen()),
      svg: () => this.save("svg"),
      png: () => this.save("png"),
      more: () => this.grow(tool.dataset.node, tool.dataset.side),
      columns: () => this.toggleColumns(tool.dataset.key),
      column: () => this.light(tool.dataset.dataset, tool.dataset.column),
      close: () => this.hideSide(),
    };
    event.preventDefault();
    actions[tool.dataset.do]?.();
  }

  save(kind) {
    return saveAs(kind, this.svg, this.placed, `lineage ${this.place.dataset.name}`, this.place.dataset.icons);
  }

  // One more step at a card; the address remembers it.
  grow(node, side) {
    const opened = this.form.elements.opened;
    opened.value = `${opened.value}${opened.value ? "," : ""}${node}${side}`;
    this.form.requestSubmit();
  }

  unfold() {
    this.form.elements.fold.value = "none";
    this.form.requestSubmit();
  }

  light(url, column) {
    if (url) location.href = `${url}?column=${encodeURIComponent(column)}&depth=${this.form.elements.depth.value}`;
  }

  async toggleColumns(key) {
    if (this.columns.has(key)) this.columns.delete(key);
    else {
      const { id } = this.picture.cards.get(key);
      const answer = await fetch(`${this.place.dataset.columns}?nodes=${id}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      this.columns.set(key, (await answer.json()).columns[id] ?? []);
    }
    this.redraw(key);
  }

  async explain(up, down) {
    const url = this.place.dataset.edge.replace("/0/0/", `/${up}/${down}/`);
    const answer = await fetch(url, { headers: { "HX-Request": "true" } });
    const close = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm graph__close", textContent: "Close" });
    close.dataset.do = "close";
    this.side.innerHTML = answer.ok ? await answer.text() : "<p class=\"quiet\">One of the two is closed to you.</p>";
    this.side.prepend(close);
    this.side.hidden = false;
    close.focus();
  }

  hideSide() {
    this.side.hidden = true;
  }

  find(words) {
    const asked = words.trim().toLowerCase();
    let [count, first] = [0, null];
    for (const card of this.world.querySelectorAll("[data-card]")) {
      const { name, place } = this.picture.cards.get(card.dataset.card);
      const found = asked && `${name} ${place}`.toLowerCase().includes(asked);
      card.classList.toggle("g-card--found", Boolean(found));
      if (found) first ??= card.dataset.card;
      count += found ? 1 : 0;
    }
    this.place.querySelector("[data-count]").textContent = asked ? `${count} found` : "";
    if (first) this.camera.show(this.placed.nodes.get(first));
  }

  key(event) {
    if (event.key === "Escape" && !this.side.hidden) return this.hideSide();
    const element = event.target.closest?.("[data-key], .g-line, .g-button, .g-column");
    if (!element || !this.svg.contains(element)) return;
    if ((event.key === "Enter" || event.key === " ") && !element.hasAttribute("href")) {
      event.preventDefault();
      return element.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    }
    const key = element.dataset.key;
    if (!key) return;
    if (event.key.toLowerCase() === "c" && this.picture.cards.get(key)?.fields) return this.toggleColumns(key);
    if (event.key === "+") return this.growBoth(key);
    const next = this.next(key, event.key);
    if (next) {
      event.preventDefault();
      this.world.querySelector(`a[data-key="${CSS.escape(next)}"]`)?.focus({ preventScroll: true });
    }
  }

  growBoth(key) {
    const card = this.picture.cards.get(key);
    if (card?.d || card?.u) this.grow(card.id, card.d ? "d" : "u");
  }

  // Left and right along the lines, to the nearest end; up and down among what stands at the same distance.
  next(key, pressed) {
    const at = this.placed.nodes.get(key);
    const ends = { ArrowRight: this.placed.lines.filter((line) => line.from === key).map((line) => line.to), ArrowLeft: this.placed.lines.filter((line) => line.to === key).map((line) => line.from) }[pressed];
    if (ends) return nearest(ends, (other) => Math.abs(this.placed.nodes.get(other).y - at.y));
    const sign = { ArrowDown: 1, ArrowUp: -1 }[pressed];
    if (!sign) return null;
    const column = [...this.placed.nodes].filter(([, other]) => Math.abs(other.x - at.x) < 60 && (other.y - at.y) * sign > 1).map(([name]) => name);
    return nearest(column, (other) => Math.abs(this.placed.nodes.get(other).y - at.y));
  }
}

function nearest(keys, distance) {
  return keys.reduce((best, key) => (best === null || distance(key) < distance(best) ? key : best), null);
}

// The way of one column: the cards, columns and threads that are lit.
function litOf(picture) {
  if (!picture.path) return null;
  const [cards, spots, columns] = [new Set(), new Set(), new Map()];
  for (const [node, names] of Object.entries(picture.path.columns)) {
    const key = picture.keyOf.get(Number(node));
    if (!key) continue;
    cards.add(key);
    columns.set(key, names.filter(Boolean).sort());
    for (const name of names) spots.add(`${node}/${name}`);
  }
  return { cards, spots, columns, threads: picture.path.threads };
}
