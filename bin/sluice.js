#!/usr/bin/env node
// In the repository the TypeScript of cli/ runs as it is, without a build; a package holds it compiled (scripts/build.mjs).
import { existsSync } from "node:fs";

// The SDK's notice about old Node versions would stand on every run's stderr; package.json says which Node is needed.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
const source = new URL("../cli/main.ts", import.meta.url);
const isRepository = existsSync(source);
if (isRepository) (await import("tsx/esm/api")).register();
const { main } = await import(isRepository ? source.href : new URL("../dist/cli/main.js", import.meta.url).href);
// Whoever reads no further (| head) ends the command, and is told nothing.
process.stdout.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : 1));
const exitCode = await main(process.argv);
// A pipe takes 64 KB at a time: what is still to be written would be lost by an exit now.
for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write("", resolve));
process.exit(exitCode);
