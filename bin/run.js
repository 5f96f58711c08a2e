import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Runs the command that the arguments name, and exits. */
export async function run(isRepository) {
  // The SDK's notice about old Node versions would stand on every run's stderr; package.json says which Node is needed.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const { main } = await (isRepository ? importSource() : import("../dist/command.js"));
  // Whoever reads no further (| head) ends the command, and is told nothing.
  process.stdout.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : 1));
  const exitCode = await main(process.argv);
  // A pipe takes 64 KB at a time: what is still to be written would be lost by an exit now.
  for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write("", resolve));
  process.exit(exitCode);
}

async function importSource() {
  try {
    await registerTsx();
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    console.error('The packages of this folder are not installed: run "npm run set-up" in it.');
    process.exit(1);
  }
  return import("../cli/main.ts");
}

/** What tsx has compiled it keeps in the temporary folder that there is when it starts: let that be one of its own. */
async function registerTsx() {
  const tsconfig = fileURLToPath(new URL("../tsconfig.json", import.meta.url));
  const former = process.env.TMPDIR;
  process.env.TMPDIR = fileURLToPath(new URL("../node_modules/.cache", import.meta.url));
  mkdirSync(process.env.TMPDIR, { recursive: true });
  (await import("tsx/esm/api")).register({ tsconfig });
  if (former === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = former;
}
