import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentPython } from "./python.mjs";
import { run } from "./run.mjs";
import { digest, readStamp, writeStamp } from "./stamp.mjs";

/** Writes Spark's classes to one file that this machine's JVM loads quickly: each later start of Spark takes about half
 * the CPU time. A machine that cannot write it goes on without; it is tried once for each Java and each set of packages.
 * @param source the folder of the Python modules that run Glue jobs */
export async function archiveSparkClasses(source, environment, progress) {
  const stamp = join(environment, ".spark-classes");
  const files = [join(environment, ".set-up"), join(environment, ".java"), join(source, "glue_runner", "spark.py")];
  if (!files.every((file) => existsSync(file))) return;
  const wanted = digest({ files, texts: [] });
  if (readStamp(stamp) === wanted) return;
  const task = "a quick start of Spark";
  const report = progress.begin([task]);
  const archive = join(environment, "spark-classes.jsa");
  const scratch = mkdtempSync(join(tmpdir(), "spark-classes-"));
  const python = environmentPython(environment);
  try {
    rmSync(archive, { force: true });
    await run([python, "-m", "glue_runner.archive", `${archive}.new`, scratch], {
      cwd: scratch,
      folder: environment,
      failure: "no archive of Spark's classes",
      timeoutMs: 180_000,
      env: {
        ...process.env,
        PYTHONPATH: source,
        PYSPARK_PYTHON: python,
        PYSPARK_DRIVER_PYTHON: python,
        SPARK_LOCAL_IP: "127.0.0.1",
      },
    });
    renameSync(`${archive}.new`, archive);
  } catch {
    // It starts a little slower without.
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    rmSync(`${archive}.new`, { force: true });
  }
  report(task, undefined);
  writeStamp(stamp, wanted);
}
