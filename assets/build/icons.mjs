// A sprite of the icons that templates and modules name: {% icon "name" %}, icon="name" in either language.
// A name that is not in the icon set fails the build.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { emit, projectFiles } from "./files.mjs";

const uses = [/{%\s*icon\s+["']([a-z0-9-]+)["']/g, /\bicon["']?\s*[=:]\s*["']([a-z0-9-]+)["']/g];

export async function buildIcons(root, here, out) {
  const names = namesIn(await projectFiles(root));
  const symbols = await Promise.all([...names].sort().map(([name, file]) => symbol(here, name, file)));
  return [await emit(out, "icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`)];
}

function namesIn(files) {
  const names = new Map();
  for (const { path: file, text } of files)
    for (const use of uses) for (const [, name] of text.matchAll(use)) names.set(name, file);
  return names;
}

async function symbol(here, name, file) {
  const [set, plain] = name.endsWith("-filled") ? ["filled", name.slice(0, -"-filled".length)] : ["outline", name];
  const source = path.join(here, "node_modules/@tabler/icons/icons", set, `${plain}.svg`);
  const svg = await readFile(source, "utf8").catch(() => {
    throw new Error(`${file} uses the icon "${name}", which is not in Tabler's icons; see https://tabler.io/icons for the names`);
  });
  const body = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
  const paint = set === "filled" ? 'fill="currentColor"' : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${body}</symbol>`;
}
