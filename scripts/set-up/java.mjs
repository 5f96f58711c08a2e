import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { readStamp, writeStamp } from "./stamp.mjs";

const OLDEST = 17;
/** Spark 4.1 asks the JVM for this module; cut-down Java packages lack it. */
const NEEDED_MODULE = "jdk.incubator.vector";
const REMEDY = `install a JDK ${OLDEST} or newer (https://adoptium.net), and let JAVA_HOME point to it or put it on PATH.`;

/** One sentence, or undefined when Spark can use this machine's Java. One that is remembered is not asked again. */
export function javaProblem(environment) {
  const java = findJava();
  if (java === undefined) {
    const { JAVA_HOME } = process.env;
    const where = JAVA_HOME ? `in JAVA_HOME (${JAVA_HOME})` : "on PATH";
    return `Java is missing ${where}: ${REMEDY}`;
  }
  return readStamp(stampOf(environment)) === identityOf(java) ? undefined : problemOf(java);
}

/** Notes in the Python environment that this Java is good. */
export function rememberJava(environment) {
  const identity = identityOf(findJava());
  if (readStamp(stampOf(environment)) !== identity) writeStamp(stampOf(environment), identity);
}

const stampOf = (environment) => join(environment, ".java");

function identityOf(java) {
  const { mtimeMs, size } = statSync(java);
  return `${java} ${mtimeMs} ${size}`;
}

function findJava() {
  const { JAVA_HOME, PATH } = process.env;
  const name = process.platform === "win32" ? "java.exe" : "java";
  const folders = JAVA_HOME
    ? [join(JAVA_HOME, "bin")]
    : (PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

function problemOf(java) {
  const run = spawnSync(java, ["-XshowSettings:properties", "--list-modules"], { encoding: "utf8" });
  const said = `${run.stdout ?? ""}${run.stderr ?? ""}`;
  const version = /java\.specification\.version = (\S+)/.exec(said)?.[1];
  if (version !== undefined && !(Number(version) >= OLDEST)) return `Java ${version} (${java}) is too old: ${REMEDY}`;
  // Java 8 does not know --list-modules.
  if (run.status !== 0) return `Java (${java}) is too old or does not start: ${REMEDY}`;
  if (!said.includes(NEEDED_MODULE))
    return `Java (${java}) lacks the module ${NEEDED_MODULE}, which Spark needs: ${REMEDY}`;
  return undefined;
}
