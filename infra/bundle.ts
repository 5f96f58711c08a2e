import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { writeLambdaArchive } from "./lambda-archive.js";
import { packageFolder } from "./package-folder.js";

export { packageFolder };

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
  /** The .sql files too, in `sql/`. */
  readonly sql?: boolean;
}

/**
 * Every functions/<name>/handler.ts, bundled by one call of esbuild for one synthesis: as `handler.mjs`, the SDK included
 * (faster to start than Lambda's own, and its version is ours).
 */
export class Bundle {
  readonly #folder: string;
  readonly #hasWheels: boolean;
  #copies = 0;
  #archive: LambdaArchive | undefined;

  /** @param hasWheels whether the archive in Python gets its wheels: a deploy needs them, a look at the templates does not. */
  constructor({ hasWheels = true }: { readonly hasWheels?: boolean } = {}) {
    this.#hasWheels = hasWheels;
    this.#folder = mkdtempSync(join(tmpdir(), "sluice-bundle-"));
    const functions = join(packageFolder, "functions");
    const names = readdirSync(functions).filter((name) => existsSync(join(functions, name, "handler.ts")));
    buildSync({
      entryPoints: Object.fromEntries(names.map((name) => [`${name}/handler`, join(functions, name, "handler.ts")])),
      outdir: join(this.#folder, "code"),
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
  }

  /** A folder with the function's code, to be made an asset of. @throws FunctionMissing */
  code(name: string, { files = {}, sql = false }: BundleOptions = {}): string {
    const code = join(this.#folder, "code", name);
    if (!existsSync(code)) throw new FunctionMissing(`functions/${name}/handler.ts is missing`);
    const folder = join(this.#folder, "assets", String(this.#copies++), name);
    mkdirSync(folder, { recursive: true });
    cpSync(code, folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    if (sql) {
      const isStatement = (path: string) => path.endsWith(".sql") || statSync(path).isDirectory();
      cpSync(join(packageFolder, "sql"), join(folder, "sql"), { recursive: true, filter: isStatement });
    }
    return folder;
  }

  /** A folder with the code of convert-batch. @throws LambdaArchiveImpossible */
  lambdaArchive(): LambdaArchive {
    if (this.#archive !== undefined) return this.#archive;
    const folder = join(this.#folder, "convert-batch");
    this.#archive = { folder, digest: writeLambdaArchive(folder, this.#hasWheels ? "aarch64" : undefined) };
    return this.#archive;
  }

  /** After synthesis: the assembly has copies. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Some libraries still call require for Node's own modules, which an ES module does not have. */
const requireForCommonJs =
  'import { createRequire as __sluiceRequire } from "node:module"; const require = __sluiceRequire(import.meta.url);';
