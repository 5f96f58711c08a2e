import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Whether this machine has a Java that starts: without one the local account runs no Glue job. */
export function hasJava({ JAVA_HOME }: NodeJS.ProcessEnv = process.env): boolean {
  const java = JAVA_HOME ? join(JAVA_HOME, "bin", "java") : "java";
  return spawnSync(java, ["-version"], { stdio: "ignore" }).status === 0;
}
