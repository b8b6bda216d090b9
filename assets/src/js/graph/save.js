// The picture as a file: a copy with the styles it has on the page written into it.
const KEPT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-family", "font-size", "font-weight", "opacity", "color"];

export async function saveAs(kind, stage, size, name, icons) {
  const source = await standAlone(stage, size, icons);
  const url = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  if (kind === "svg") return download(URL.createObjectURL(new Blob([source], { type: "image/svg+xml" })), `${name}.svg`);
  const image = new Image();
  image.src = url;
  await image.decode();
  const scale = Math.min(2, 8000 / Math.max(size.width, size.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: size.width * scale, height: size.height * scale });
  const context = canvas.getContext("2d");
  context.fillStyle = getComputedStyle(stage.closest(".graph")).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => download(URL.createObjectURL(blob), `${name}.png`));
}

async function standAlone(stage, size, icons) {
  const copy = stage.cloneNode(true);
  const [theirs, ours] = [stage.querySelectorAll("*"), copy.querySelectorAll("*")];
  ours.forEach((element, at) => {
    const style = getComputedStyle(theirs[at]);
    for (const name of KEPT) element.setAttribute(name, style.getPropertyValue(name));
  });
  copy.querySelector("g").removeAttribute("transform");
  for (const [name, value] of Object.entries({ xmlns: "http://www.w3.org/2000/svg", width: size.width, height: size.height, viewBox: `0 0 ${size.width} ${size.height}` })) copy.setAttribute(name, value);
  await insertIcons(copy, icons);
  return new XMLSerializer().serializeToString(copy);
}

async function insertIcons(copy, icons) {
  const sprite = new DOMParser().parseFromString(await (await fetch(icons)).text(), "image/svg+xml");
  for (const use of copy.querySelectorAll("use")) {
    const symbol = sprite.getElementById(use.getAttribute("href").split("#")[1]);
    const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const name of ["x", "y", "width", "height", "color"]) drawn.setAttribute(name, use.getAttribute(name));
    for (const name of ["viewBox", "fill", "stroke", "stroke-width"]) if (symbol?.hasAttribute(name)) drawn.setAttribute(name, symbol.getAttribute(name));
    drawn.append(...[...(symbol?.childNodes ?? [])].map((child) => child.cloneNode(true)));
    use.replaceWith(drawn);
  }
}

function download(url, name) {
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
