#!/usr/bin/env node
// Launches the TypeScript of cli/ as it is: no build step.
import { register } from "tsx/esm/api";

// The SDK's notice about old Node versions would stand on every run's stderr; package.json says which Node is needed.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
register();
const { main } = await import("../cli/main.ts");
process.exit(await main(process.argv));
