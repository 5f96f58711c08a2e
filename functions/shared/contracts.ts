import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { Contract } from "../../contract/contract.js";
import { requireEnv } from "./require-env.js";

/** Reads the compiled contracts that the function was deployed with; a relative path is within its bundle. */
export function readContracts(path: string): Readonly<Record<string, Contract>> {
  const file = isAbsolute(path) ? path : join(requireEnv("LAMBDA_TASK_ROOT"), path);
  return z.record(z.string(), Contract).parse(JSON.parse(readFileSync(file, "utf8")));
}
