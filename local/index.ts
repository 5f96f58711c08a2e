import { fileURLToPath } from "node:url";

/** Gives the resources of synthesized CloudFormation templates a local body. README.md says what is supported. */
export { type AccountOptions, type OpenAccount, openAccount, type Warming } from "./account.js";
export type { Pace } from "./call/clock.js";
export { VirtualClock } from "./call/virtual-clock.js";
export { AssemblyUnreadable } from "./cloudformation/assembly.js";
export { StateUnreadable } from "./persistence/files.js";

/** The folder of the Python modules that run Glue jobs; `python -m glue_runner.archive <file> <scratch folder>` archives Spark's classes. */
export const gluePython = fileURLToPath(new URL("./glue/python", import.meta.url));
