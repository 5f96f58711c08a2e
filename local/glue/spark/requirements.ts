import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

const OLDEST_JAVA = 17;
/** PySpark asks the JVM for this module; some cut-down Java packages lack it. */
const NEEDED_MODULE = "jdk.incubator.vector";

export function environmentPython(environment: string): string {
  return process.platform === "win32" ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
}

/** Spark's classes as the JVM takes them fastest: set-up makes it, and it may be absent. */
export function classArchive(environment: string): string {
  return join(environment, "spark-classes.jsa");
}

/** @throws Error with one sentence that says what to do */
export function requirePython(python: string): void {
  if (existsSync(python)) return;
  throw new Error(`The Python environment for Glue jobs is missing: there is no ${python}`);
}

/** What is wrong with this machine's Java, in one sentence; undefined when it is good. Slow, so asked only when Spark
 * did not start. */
export async function javaProblem(environment: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const home = environment.JAVA_HOME;
  const java = home ? join(home, "bin", "java") : "java";
  const remedy = `Install Java ${OLDEST_JAVA} or newer, or let JAVA_HOME point to it.`;
  try {
    const { stdout } = await execute(java, ["-XshowSettings:properties", "--list-modules"], { env: environment }).then(
      (both) => ({ stdout: both.stdout + both.stderr }),
    );
    const version = /java\.specification\.version = (\S+)/.exec(stdout)?.[1];
    if (version !== undefined && Number(version) < OLDEST_JAVA) return `${java} is Java ${version}. ${remedy}`;
    if (!stdout.includes(NEEDED_MODULE))
      return `${java} lacks the module ${NEEDED_MODULE}. Install a full JDK. ${remedy}`;
    return undefined;
  } catch (error) {
    const isMissing = typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT";
    if (isMissing) return `Java is missing (looked for ${java}). ${remedy}`;
    // Java 8 does not know --list-modules.
    return `${java} is too old or broken. ${remedy}`;
  }
}
