// One sheet: the rules of Tabler whose class names appear in some template, module or script, then all of our own.
import path from "node:path";
import { readFile } from "node:fs/promises";
import { build, transform } from "esbuild";
import { PurgeCSS } from "purgecss";
import { emit, projectFiles } from "./files.mjs";

const plugins = ["collapse", "dropdown", "modal", "offcanvas"];
const safelist = { standard: ["show", "fade", "collapsing", "is-invalid", "was-validated", "active", "disabled"], greedy: [/^htmx-/, /data-bs-theme/] };

export async function buildStyles(root, here, out) {
  const [purged] = await new PurgeCSS().purge({
    css: [path.join(here, "node_modules/@tabler/core/dist/css/tabler.css")],
    content: await usedText(root, here),
    defaultExtractor: (text) => text.match(/[\w-]+/g) ?? [],
    safelist,
    variables: false,
  });
  const own = await build({ entryPoints: [path.join(here, "src/css/concord.css")], bundle: true, write: false });
  const { code } = await transform(purged.css + own.outputFiles[0].text, { loader: "css", minify: true, legalComments: "none" });
  return [await emit(out, "concord.css", code)];
}

async function usedText(root, here) {
  const project = await projectFiles(root);
  const scripts = plugins.map((name) => path.join(here, "node_modules/bootstrap/js/dist", `${name}.js`));
  const texts = await Promise.all(scripts.map((file) => readFile(file, "utf8")));
  return [...project.map(({ path: file, text }) => ({ raw: text, extension: path.extname(file).slice(1) })),
    ...texts.map((raw) => ({ raw, extension: "js" })), ...(await ownScripts(here))];
}

async function ownScripts(here) {
  const { outputFiles } = await build({
    entryPoints: [path.join(here, "src", "entries", "*.js")], outdir: "never-written", bundle: true, packages: "external", write: false,
  });
  return outputFiles.map((file) => ({ raw: file.text, extension: "js" }));
}
