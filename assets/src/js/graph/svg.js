// Making SVG without a library: attributes are set, text is text, nothing is parsed.
const SPACE = "http://www.w3.org/2000/svg";

export function make(name, attributes = {}, ...children) {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined && value !== null) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function text(x, y, words, attributes = {}) {
  return make("text", { x, y, ...attributes }, document.createTextNode(words));
}

// The first child of what it names: read out as its name, and shown to a pointer that rests on it.
export function title(words) {
  return make("title", {}, document.createTextNode(words));
}

export function cut(words, most) {
  return words.length <= most ? words : `${words.slice(0, Math.ceil(most * 0.6) - 1)}…${words.slice(words.length - Math.floor(most * 0.4))}`;
}

export function cutEnd(words, most) {
  return words.length <= most ? words : `${words.slice(0, most - 1)}…`;
}
