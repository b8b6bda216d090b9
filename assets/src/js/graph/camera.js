// What part of the picture is seen: moved by dragging, fingers and arrows, enlarged by the wheel with Ctrl and by buttons.
export class Camera {
  constructor(svg, world) {
    Object.assign(this, { svg, world, x: 0, y: 0, scale: 1, fingers: new Map() });
    svg.addEventListener("pointerdown", (event) => this.press(event));
    svg.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) svg.addEventListener(name, (event) => this.fingers.delete(event.pointerId));
    svg.addEventListener("click", (event) => this.dragged && (event.preventDefault(), event.stopPropagation()), true);
    svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  press(event) {
    this.dragged = false;
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  move(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const [dx, dy] = [event.clientX - before.x, event.clientY - before.y];
    if (!this.dragged && Math.hypot(dx, dy) < 4) return;
    this.dragged = true;
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (other) this.zoom(Math.hypot(event.clientX - other.x, event.clientY - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y)), other.x, other.y);
    else this.place(this.x + dx, this.y + dy);
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
  }

  zoom(factor, clientX, clientY) {
    const box = this.svg.getBoundingClientRect();
    const [px, py] = [(clientX ?? box.left + box.width / 2) - box.left, (clientY ?? box.top + box.height / 2) - box.top];
    const scale = Math.min(2.5, Math.max(0.08, this.scale * factor));
    const real = scale / this.scale;
    this.scale = scale;
    this.place(px - (px - this.x) * real, py - (py - this.y) * real);
  }

  place(x, y) {
    Object.assign(this, { x, y });
    this.world.setAttribute("transform", `translate(${x} ${y}) scale(${this.scale})`);
  }

  // All of it, if that can be read; else the focus in the middle.
  fit(size, focus, whole = false) {
    const box = this.svg.getBoundingClientRect();
    const scale = Math.min(1, box.width / size.width, box.height / size.height);
    this.scale = whole ? Math.max(0.08, scale) : Math.max(0.7, scale);
    if (whole || scale >= 0.7) return this.place((box.width - size.width * this.scale) / 2, (box.height - size.height * this.scale) / 2);
    this.place(box.width / 2 - (focus.x + focus.width / 2) * this.scale, box.height / 2 - (focus.y + focus.height / 2) * this.scale);
  }

  show(at) {
    const box = this.svg.getBoundingClientRect();
    const [left, top] = [at.x * this.scale + this.x, at.y * this.scale + this.y];
    const [right, bottom] = [left + at.width * this.scale, top + at.height * this.scale];
    const dx = left < 8 ? 8 - left : right > box.width - 8 ? box.width - 8 - right : 0;
    const dy = top < 8 ? 8 - top : bottom > box.height - 8 ? box.height - 8 - bottom : 0;
    if (dx || dy) this.place(this.x + dx, this.y + dy);
  }
}
