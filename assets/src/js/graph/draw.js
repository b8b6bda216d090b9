// The picture as SVG: lines below, cards above; every card, job and line is reachable by keyboard and says what it is.
// What bears words is named by its title, not by an aria-label that would replace words which were cut to fit.
import { HEAD, ROW, WIDTH } from "./layout.js";
import { cut, cutEnd, make, text, title } from "./svg.js";

const KIND_ICONS = { table: "table", view: "eye", materialized_view: "table-shortcut", foreign_table: "table-share", file_set: "files", stream: "wave-sine" };
const BADGES = { certified: ["rosette-discount-check", "ok", "Certified"], deprecated: ["alert-triangle", "warn", "Deprecated"], draft: ["pencil", "", "Draft"], archived: ["archive", "", "Archived"], problem: ["alert-circle", "bad", "Open problem"], problem_upstream: ["alert-hexagon", "warn", "Known problem upstream"] };

export function draw(picture, placed, columnsShown, icons, lit) {
  const lines = make("g", {}, ...placed.lines.map((line) => drawLine(line, picture, lit)));
  const threads = lit ? drawThreads(picture, placed, columnsShown, lit) : null;
  const jobs = [...picture.jobs.values()].map((job) => drawJob(job, placed.nodes.get(job.key), lit));
  const cards = [...picture.cards.values()].map((card) => drawCard(card, placed.nodes.get(card.key), { columns: columnsShown.get(card.key) ?? [], icons, lit, focus: card.key === picture.focus }));
  return [arrow(), lines, make("g", {}, ...jobs), make("g", {}, ...cards), threads].filter(Boolean);
}

function arrow() {
  return make("defs", {}, make("marker", { id: "g-arrow", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, make("path", { d: "M0 0 8 4 0 8z", class: "g-arrow" })));
}

function drawLine(line, picture, lit) {
  const d = curve(line.points);
  const [from, to] = [nameOf(picture, line.from), nameOf(picture, line.to)];
  const said = [...line.origins].join(", ").replaceAll("_", " ");
  const label = `${to} reads from ${from}${said ? `, says ${said}` : ""}${line.count > 1 ? `, ${line.count} times` : ""}`;
  const dim = lit && !(lit.cards.has(line.from) && lit.cards.has(line.to));
  const group = make("g", { class: `g-line${dim ? " g-dim" : ""}`, "data-up": line.up, "data-down": line.down, "data-from": line.from, "data-to": line.to, role: "button", tabindex: -1, "aria-label": label },
    title(label), make("path", { d, "marker-end": line.to.startsWith("j") ? undefined : "url(#g-arrow)" }), make("path", { d, class: "g-hit" }));
  return group;
}

function nameOf(picture, key) {
  return (picture.cards.get(key) ?? picture.jobs.get(key))?.name ?? "";
}

function curve(points) {
  const [first, ...rest] = points;
  let d = `M${first.x} ${first.y}`;
  let from = first;
  for (const to of rest) {
    const middle = (from.x + to.x) / 2;
    d += `C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`;
    from = to;
  }
  return d;
}

function drawJob(job, at, lit) {
  const link = make("a", { href: job.url, "data-key": job.key },
    title(`Job ${job.name}, ${job.what}`), make("rect", { width: at.width, height: at.height, rx: 11 }), text(at.width / 2, 15, cut(job.name, 20), { "text-anchor": "middle" }));
  return make("g", { class: `g-job${lit ? " g-dim" : ""}`, transform: `translate(${at.x} ${at.y})` }, link);
}

function drawCard(card, at, { columns, icons, lit, focus }) {
  const classes = ["g-card", `g-card--${card.type}`, focus ? "g-card--focus" : "", lit && !lit.cards.has(card.key) ? "g-dim" : ""].filter(Boolean).join(" ");
  const badges = card.badges ?? [];
  const whole = card.type === "group" ? `${card.nodes.length} datasets in ${card.name}` : card.name;
  const label = [whole, card.place, card.stage, card.word, ...badges].filter(Boolean).join(", ");
  const name = cut(whole, Math.floor((WIDTH - 40 - badges.length * 18) / 8.1));
  const inside = [
    title(label),
    make("rect", { class: "g-box", width: at.width, height: at.height, rx: 5 }),
    card.kind ? symbol(icons, KIND_ICONS[card.kind] ?? "point", 8, 9, "g-icon") : null,
    text(card.kind ? 30 : 10, 20, name, { class: "g-name" }),
    text(10, 38, cutEnd([card.place, card.stage].filter(Boolean).join(" · "), card.fields ? 29 : 36), { class: "g-place" }),
    ...badges.map((badge, at_) => symbol(icons, BADGES[badge][0], WIDTH - 24 - at_ * 18, 8, `g-badge--${BADGES[badge][1]}`)),
  ];
  const main = make("a", { href: card.url || undefined, "data-key": card.key, tabindex: focus ? 0 : -1, role: card.url ? undefined : "button" }, ...inside);
  const buttons = [card.u ? button(`+${card.u}`, "u", -36, card, "upstream") : null, card.d ? button(`+${card.d}`, "d", WIDTH + 2, card, "downstream") : null, card.type === "dataset" && card.fields ? columnsButton(card, columns.length > 0) : null];
  const rows = columns.map((column, row) => drawColumn(card, column, row, lit));
  return make("g", { class: classes, transform: `translate(${at.x} ${at.y})`, "data-card": card.key }, main, ...buttons, ...rows);
}

function symbol(icons, name, x, y, css) {
  return make("use", { href: `${icons}#${name}`, x, y, width: 16, height: 16, class: css });
}

function button(words, side, x, card, where) {
  return make("g", { class: "g-button g-grow", role: "button", tabindex: -1, "data-do": "more", "data-side": side, "data-node": card.id, transform: `translate(${x} ${HEAD / 2 - 9})` },
    title(`${words.slice(1)} more ${where} of ${card.name}`), make("rect", { width: 34, height: 18, rx: 9 }), text(17, 13, words, { "text-anchor": "middle", class: "g-more" }));
}

function columnsButton(card, open) {
  return make("g", { class: "g-button", role: "button", tabindex: -1, "data-do": "columns", "data-key": card.key, "aria-expanded": open, transform: `translate(${WIDTH - 62} 27)` },
    title(`${card.fields} ${card.fields === 1 ? "column" : "columns"} of ${card.name}`), make("rect", { width: 58, height: 15, rx: 3 }), text(54, 11, `${card.fields} ${open ? "▴" : "▾"}`, { "text-anchor": "end", class: "g-more" }));
}

function drawColumn(card, column, row, lit) {
  const on = lit?.spots.has(`${card.id}/${column}`);
  return make("g", { class: `g-column${on ? " g-column--lit" : ""}`, role: "button", tabindex: -1, "data-do": "column", "data-dataset": card.url, "data-column": column, transform: `translate(1 ${HEAD + row * ROW})` },
    title(`Column ${column} of ${card.name}`), make("rect", { width: WIDTH - 2, height: ROW }), text(12, 14, cut(column, 28)));
}

function drawThreads(picture, placed, columnsShown, lit) {
  const group = make("g", { "aria-hidden": "true" });
  for (const [up, upPath, down, downPath] of lit.threads) {
    const from = spot(picture, placed, columnsShown, up, upPath, true);
    const to = spot(picture, placed, columnsShown, down, downPath, false);
    if (!from || !to) continue;
    const middle = (from.x + to.x) / 2;
    group.append(make("path", { class: `g-thread${downPath ? "" : " g-thread--rows"}`, d: `M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}` }));
  }
  return group;
}

function spot(picture, placed, columnsShown, node, path, right) {
  const key = picture.keyOf.get(node);
  const at = key && placed.nodes.get(key);
  if (!at) return null;
  const row = path ? (columnsShown.get(key) ?? []).indexOf(path) : -1;
  return { x: at.x + (right ? at.width : 0), y: at.y + (row < 0 ? HEAD / 2 : HEAD + row * ROW + ROW / 2) };
}
