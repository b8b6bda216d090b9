// A panel that arrives above the part the address names would push that part away: it is brought back, until one moves.
let moved = false;
for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"]) addEventListener(kind, () => (moved = true), { once: true, passive: true });
addEventListener("hashchange", () => (moved = true));

document.addEventListener("htmx:afterSettle", () => {
  const target = !moved && location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target) target.scrollIntoView();
});
