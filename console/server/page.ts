import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageFolder } from "../../package-folder.js";

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly content: string | Uint8Array;
}

const file = (name: string) => join(packageFolder, "console", "page", name);

/** The page's files. @returns path → file */
export async function pageFiles(): Promise<ReadonlyMap<string, Asset>> {
  return new Map<string, Asset>([
    ["/", { type: "text/html; charset=utf-8", content: await readFile(file("index.html")) }],
    ["/page.css", { type: "text/css; charset=utf-8", content: await readFile(file("page.css")) }],
    ["/icon.svg", { type: "image/svg+xml", content: await readFile(file("icon.svg")) }],
    ["/page.js", { type: "text/javascript; charset=utf-8", content: await pageScript() }],
  ]);
}

/** The page's code: a package holds it bundled, in the repository it is bundled now. */
export async function pageScript(): Promise<string | Uint8Array> {
  if (existsSync(file("page.js"))) return readFile(file("page.js"));
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [file("main.ts")],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "inline",
    tsconfigRaw: {},
    logLevel: "silent",
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error("esbuild gave no file for the console's page");
  return script.contents;
}
