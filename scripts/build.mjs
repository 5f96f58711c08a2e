// Makes what the packages hold beside their documents: `node scripts/build.mjs` all of it, with a folder's name only that one's.
// `npm pack` calls it. Types are checked by `npm run lint`.
//   dist/        the library (index.js) and the command (command.js), each bundled with the SDK's clients; their types; every
//                file that is read at run time; the functions and the console's page, bundled.
//   local/dist/  the emulator, compiled file by file, and its Python and SQL.
// schedule/ is not published: both hold it bundled.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { register } from "tsx/esm/api";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const parts = { sluice: buildSluice, local: buildLocal };
/** The package that both bundle, from its source. */
const alias = { "schedule-expressions": join(root, "schedule", "index.ts") };

async function buildSluice() {
  const output = join(root, "dist");
  rmSync(output, { recursive: true, force: true });
  compile("tsconfig.build.json");
  const { metafile } = await bundleCode(output);
  register({ tsconfig: join(root, "tsconfig.json") });
  const { bundleFunctions } = await import("../infra/bundle.ts");
  bundleFunctions(join(output, "functions"));
  const { pageScript } = await import("../console/server/page.ts");
  const page = await pageScript();
  for (const folder of ["contract", "state-machines", "sql", "glue-jobs", "console/page", "scripts/set-up"]) {
    copyRead(join(root, folder), join(output, folder));
  }
  cpSync(join(root, "scripts", "set-up.mjs"), join(output, "scripts", "set-up.mjs"));
  writeFileSync(join(output, "console", "page", "page.js"), page);
  writeFileSync(join(output, "THIRD-PARTY-LICENSES.txt"), licences(Object.keys(metafile.inputs)));
}

/** One bundle of library and command, so that neither opens a thousand files to start. What a host also has stays outside. */
function bundleCode(outdir) {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return build({
    entryPoints: { index: "index.ts", command: "cli/main.ts" },
    absWorkingDir: root,
    outdir,
    bundle: true,
    splitting: true,
    metafile: true,
    alias,
    format: "esm",
    platform: "node",
    target: "node20",
    mainFields: ["module", "main"],
    // These are not in a package: the demo, and what bundles functions and page in the repository.
    external: [...Object.keys({ ...dependencies, ...peerDependencies }), "esbuild"].flatMap((name) => [
      name,
      `${name}/*`,
    ]),
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
    logOverride: { "empty-import-meta": "error" },
    // Some libraries still call require for Node's own modules, which an ES module does not have.
    banner: {
      js: 'import { createRequire as __sluiceRequire } from "node:module"; const require = __sluiceRequire(import.meta.url);',
    },
    tsconfigRaw: {},
    plugins: [lazyCdk],
  });
}

/** An import of the CDK by name would run every module that it names; required, each runs when it is used (0.5 s of CPU less). */
const lazyCdk = {
  name: "lazy-cdk",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^aws-cdk-lib(\/|$)/ }, ({ path, namespace }) =>
      namespace === "lazy-cdk" ? { path, external: true } : { path, namespace: "lazy-cdk" },
    );
    onLoad({ filter: /.*/, namespace: "lazy-cdk" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/** The licence of every package that the bundles hold, the functions' and the page's being among the command's. */
function licences(inputs) {
  const folders = new Set(inputs.flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []));
  for (const name of [
    "lit",
    "lit-html",
    "lit-element",
    "@lit/reactive-element",
    "@dagrejs/dagre",
    "@dagrejs/graphlib",
    "uplot",
  ])
    folders.add(`node_modules/${name}`);
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const file = ["LICENSE", "LICENSE.md", "LICENSE.txt", "license"]
      .map((each) => join(root, folder, each))
      .find(existsSync);
    return `${name} ${version} (${license})\n\n${file === undefined ? "" : readFileSync(file, "utf8")}`;
  });
  return texts.join(`\n${"-".repeat(80)}\n`);
}

async function buildLocal() {
  rmSync(join(root, "local", "dist"), { recursive: true, force: true });
  compile("local/tsconfig.build.json");
  for (const folder of ["glue/python", "lambda", "redshift/prelude"]) {
    copyRead(join(root, "local", folder), join(root, "local", "dist", folder));
  }
  await build({
    entryPoints: ["local/scheduler/expression.ts"],
    outfile: "local/dist/scheduler/expression.js",
    absWorkingDir: root,
    bundle: true,
    alias,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "warning",
    tsconfigRaw: {},
  });
}

/** Copies the files that are read at run time: all but code that was compiled or bundled. */
function copyRead(from, to) {
  const isRead = (path) =>
    !/(\.ts|\.pyc|tsconfig\.json)$/.test(path) && !["__pycache__", ".DS_Store"].includes(basename(path));
  mkdirSync(to, { recursive: true });
  cpSync(from, to, { recursive: true, filter: (path) => path === from || isRead(relative(from, path)) });
}

function compile(project) {
  const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  // What npm pack prints on stdout is the package's name.
  const { status } = spawnSync(process.execPath, [compiler, "-p", project], { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`${project} does not compile: see above`);
}

const [wanted] = process.argv.slice(2);
for (const [name, make] of Object.entries(parts)) {
  if (wanted === undefined || wanted === name) await make();
}
