// Each file of src/entries/ becomes one script of the same name; what two entries share is bundled into both.
import { readdir } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { emit } from "./files.mjs";

export async function buildScripts(here, out) {
  const folder = path.join(here, "src", "entries");
  const entries = (await readdir(folder)).filter((name) => name.endsWith(".js"));
  const result = await build({
    entryPoints: entries.map((name) => path.join(folder, name)),
    outdir: out,
    bundle: true,
    format: "iife",
    target: "es2022",
    minify: true,
    write: false,
    legalComments: "none",
  });
  return Promise.all(result.outputFiles.map((file) => emit(out, path.basename(file.path), file.text)));
}
