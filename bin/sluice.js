#!/usr/bin/env node
// In the repository the TypeScript of cli/ runs as it is, without a build; a package holds it compiled (scripts/build.mjs).
import { existsSync } from "node:fs";

// The SDK's notice about old Node versions would stand on every run's stderr; package.json says which Node is needed.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
const source = new URL("../cli/main.ts", import.meta.url);
const isRepository = existsSync(source);
if (isRepository) (await import("tsx/esm/api")).register();
const { main } = await import(isRepository ? source.href : new URL("../dist/cli/main.js", import.meta.url).href);
process.exit(await main(process.argv));
