import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentPython } from "./python.mjs";
import { digest, readStamp, writeStamp } from "./stamp.mjs";

/** Writes Spark's classes to one file that this machine's JVM loads quickly: each later start of Spark takes about half
 * the CPU time. A machine that cannot write it goes on without; it is tried once for each Java and each set of packages. */
export function archiveSparkClasses(root, environment, say) {
  const stamp = join(environment, ".spark-classes");
  const source = join(root, "local", "glue", "python");
  const files = [join(environment, ".set-up"), join(environment, ".java"), join(source, "sluice_runner", "spark.py")];
  if (!files.every((file) => existsSync(file))) return;
  const wanted = digest({ files, texts: [] });
  if (readStamp(stamp) === wanted) return;
  say("preparing a quick start of Spark (a quarter of a minute) ...");
  const archive = join(environment, "spark-classes.jsa");
  const scratch = mkdtempSync(join(tmpdir(), "spark-classes-"));
  const python = environmentPython(environment);
  try {
    rmSync(archive, { force: true });
    const { status } = spawnSync(python, ["-m", "sluice_runner.archive", `${archive}.new`, scratch], {
      cwd: scratch,
      stdio: "ignore",
      timeout: 180_000,
      env: {
        ...process.env,
        PYTHONPATH: source,
        PYSPARK_PYTHON: python,
        PYSPARK_DRIVER_PYTHON: python,
        SPARK_LOCAL_IP: "127.0.0.1",
      },
    });
    if (status === 0 && existsSync(`${archive}.new`)) renameSync(`${archive}.new`, archive);
    else say("Spark's classes could not be archived; it starts a little slower without.");
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    rmSync(`${archive}.new`, { force: true });
  }
  writeStamp(stamp, wanted);
}
