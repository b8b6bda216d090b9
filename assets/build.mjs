// Builds static/build/: one style sheet with only the rules the pages use, the scripts, and a sprite of the icons in use.
import { mkdir, readdir, rm, watch } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildIcons } from "./build/icons.mjs";
import { buildScripts } from "./build/scripts.mjs";
import { buildStyles } from "./build/styles.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const out = path.join(root, "static", "build");

async function build() {
  const started = performance.now();
  const sizes = await Promise.all([buildScripts(here, out), buildStyles(root, here, out), buildIcons(root, here, out)]);
  await removeOthers(sizes.flat().map(([name]) => name));
  for (const [name, bytes] of sizes.flat()) console.log(`${name.padEnd(24)} ${(bytes / 1024).toFixed(1).padStart(8)} kB gzip`);
  console.log(`built in ${Math.round(performance.now() - started)} ms`);
}

async function removeOthers(names) {
  for (const name of await readdir(out)) if (!names.includes(name)) await rm(path.join(out, name), { recursive: true });
}

async function rebuildOnChange() {
  let timer;
  for await (const { filename } of watch(root, { recursive: true })) {
    if (!filename || /(^|\/)(\.venv|\.git|node_modules|static\/build|var)(\/|$)/.test(filename)) continue;
    if (!/\.(html|py|js|css)$/.test(filename)) continue;
    clearTimeout(timer);
    timer = setTimeout(() => build().catch((error) => console.error(error.message)), 150);
  }
}

await mkdir(out, { recursive: true });
await build();
if (process.argv.includes("--watch")) await rebuildOnChange();
