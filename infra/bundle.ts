import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as esbuild from "esbuild";
import { packageFolder } from "../package-folder.js";
import { bundledOnce } from "./bundled-once.js";
import { type GlueWheels, glueWheels } from "./glue-wheels.js";
import { writeLambdaArchive } from "./lambda-archive.js";

/** A function that the stacks need has no handler. */
export class FunctionMissing extends Error {
  override readonly name = "FunctionMissing";
}

export interface LambdaArchive {
  readonly folder: string;
  /** Of what it was made from. */
  readonly digest: string;
}

export interface BundleOptions {
  /** What lies beside the handler: file name → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** The statements too, all in one file: hundreds of small ones take long to copy, for each function of each source. */
  readonly sql?: boolean;
}

/**
 * The code of the functions: a package holds it bundled, in the repository it is bundled once for each state of its sources.
 */
export class Bundle {
  readonly #folder: string;
  /** A folder a function, with its handler.mjs. */
  readonly #code: string;
  readonly #hasWheels: boolean;
  /** Functions of several sources that hold the same are one folder, and one asset. */
  readonly #made = new Map<string, string>();
  #statements: string | undefined;
  #archive: LambdaArchive | undefined;

  #glueWheels: GlueWheels | undefined;

  /** @param hasWheels whether what runs in Python gets its wheels: a deploy needs them, a look at the templates does not. */
  constructor({ hasWheels = true }: { readonly hasWheels?: boolean } = {}) {
    this.#hasWheels = hasWheels;
    this.#folder = mkdtempSync(join(tmpdir(), "sluice-bundle-"));
    const isSource = existsSync(join(packageFolder, "functions", "validate-manifest", "handler.ts"));
    this.#code = isSource ? bundledOnce(bundleFunctions) : join(packageFolder, "functions");
  }

  /** A folder with the function's code, to be made an asset of. @throws FunctionMissing */
  code(name: string, { files = {}, sql = false }: BundleOptions = {}): string {
    const code = join(this.#code, name);
    if (!existsSync(code)) throw new FunctionMissing(`functions/${name}/handler is missing`);
    const same = JSON.stringify([name, files, sql]);
    const known = this.#made.get(same);
    if (known !== undefined) return known;
    const folder = join(this.#folder, "assets", String(this.#made.size), name);
    this.#made.set(same, folder);
    mkdirSync(folder, { recursive: true });
    cpSync(code, folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    if (sql) {
      this.#statements ??= statements();
      writeFileSync(join(folder, "statements.json"), this.#statements);
    }
    return folder;
  }

  /** A folder with the code of convert-batch. @throws LambdaArchiveImpossible, WheelsUnavailable */
  lambdaArchive(): LambdaArchive {
    if (this.#archive !== undefined) return this.#archive;
    const folder = join(this.#folder, "convert-batch");
    this.#archive = { folder, digest: writeLambdaArchive(folder, this.#hasWheels ? "aarch64" : undefined) };
    return this.#archive;
  }

  /** A folder with the packages of the Glue job. @throws WheelsUnavailable */
  glueWheels(): GlueWheels {
    this.#glueWheels ??= glueWheels(this.#hasWheels ? undefined : join(this.#folder, "glue-wheels"));
    return this.#glueWheels;
  }

  /** After synthesis: the assembly has copies. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The .sql files by name, without the ending: JSON, as sql/render.ts reads it. */
function statements(): string {
  const folder = join(packageFolder, "sql");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".sql"));
  const texts = names.toSorted().map((name) => {
    const key = name.slice(0, -".sql".length).replaceAll("\\", "/");
    return [key, readFileSync(join(folder, name), "utf8")] as const;
  });
  return JSON.stringify(Object.fromEntries(texts));
}

/**
 * Bundles every functions/<name>/handler.ts to `<folder>/<name>/handler.mjs`, the SDK included (faster to start than Lambda's own,
 * and its version is ours). Only in the repository: a package brings no esbuild.
 * @returns the files that it was made of, relative to the repository
 */
export function bundleFunctions(folder: string): readonly string[] {
  const { buildSync }: typeof esbuild = createRequire(import.meta.url)("esbuild");
  const functions = join(packageFolder, "functions");
  const names = readdirSync(functions).filter((name) => existsSync(join(functions, name, "handler.ts")));
  const { metafile } = buildSync({
    metafile: true,
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/handler`, join(functions, name, "handler.ts")])),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    absWorkingDir: packageFolder,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node22",
    format: "esm",
    mainFields: ["module", "main"],
    legalComments: "none",
    logLevel: "error",
    banner: { js: requireForCommonJs },
  });
  return Object.keys(metafile.inputs);
}

/** Some libraries still call require for Node's own modules, which an ES module does not have. */
const requireForCommonJs =
  'import { createRequire as __sluiceRequire } from "node:module"; const require = __sluiceRequire(import.meta.url);';
