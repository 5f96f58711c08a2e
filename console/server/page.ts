import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly content: string | Uint8Array;
}

const file = (name: string) => fileURLToPath(new URL(`../page/${name}`, import.meta.url));

/** Bundles the page. @returns path → file */
export async function bundlePage(): Promise<ReadonlyMap<string, Asset>> {
  const { outputFiles } = await build({
    entryPoints: [file("main.ts")],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "inline",
    // In a package there is no tsconfig.json beside the page.
    tsconfigRaw: {},
    logLevel: "silent",
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error("esbuild gave no file for the console's page");
  return new Map<string, Asset>([
    ["/", { type: "text/html; charset=utf-8", content: await readFile(file("index.html")) }],
    ["/page.css", { type: "text/css; charset=utf-8", content: await readFile(file("page.css")) }],
    ["/icon.svg", { type: "image/svg+xml", content: await readFile(file("icon.svg")) }],
    ["/page.js", { type: "text/javascript; charset=utf-8", content: script.contents }],
  ]);
}
