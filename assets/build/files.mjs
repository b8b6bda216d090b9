// Which files of the project may name a style class or an icon, and small helpers to write results.
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

const skipped = new Set(["node_modules", "static", "var", "tests", "docs", "benchmarks", "migrations", "build", "__pycache__"]);

/** Every template and Python module of the project, as [{path, text}]. */
export async function projectFiles(root) {
  const files = [];
  await collect(root, files);
  return Promise.all(files.map(async (file) => ({ path: file, text: await readFile(file, "utf8") })));
}

async function collect(folder, files) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && !skipped.has(entry.name) && !entry.name.startsWith(".")) await collect(file, files);
    if (entry.isFile() && /\.(html|py|svg)$/.test(entry.name)) files.push(file);
  }
}

/** Writes a file and returns [name, compressed size]. */
export async function emit(out, name, text) {
  await writeFile(path.join(out, name), text);
  return [name, gzipSync(text).length];
}
