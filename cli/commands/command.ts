import type { ExitCode } from "../output/exit-codes.js";

/** How a command says what the process shall end with; without it: done. */
export type SetExit = (code: ExitCode) => void;
