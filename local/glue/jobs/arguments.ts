import type { JobDefinition } from "./definition.js";

/** Arguments that Glue's launcher acts on itself. */
const FOR_THE_LAUNCHER: ReadonlySet<string> = new Set([
  "--extra-py-files",
  "--additional-python-modules",
  "--python-modules-installer-option",
  "--extra-jars",
  "--extra-files",
  "--conf",
  "--job-language",
]);

/** Per key: what cannot be overridden, then the run's, then the job's default (E2.1). */
export function mergeArguments(
  job: Pick<JobDefinition, "DefaultArguments" | "NonOverridableArguments">,
  runArguments: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { ...job.DefaultArguments, ...runArguments, ...job.NonOverridableArguments };
}

/** sys.argv after the script's path, with the names that Glue adds. */
export function scriptArguments(
  merged: Readonly<Record<string, string>>,
  names: { readonly jobName: string; readonly jobId: string; readonly runId: string },
): readonly string[] {
  const own = Object.entries(merged).filter(([key]) => !FOR_THE_LAUNCHER.has(key));
  const added = [
    ["--JOB_NAME", names.jobName],
    ["--JOB_ID", names.jobId],
    ["--JOB_RUN_ID", names.runId],
  ];
  return [...own, ...added].flat();
}

/** `--extra-py-files`: S3 locations, comma-separated (E2.5). */
export const extraPyFiles = (merged: Readonly<Record<string, string>>) => listOf(merged["--extra-py-files"]);

/**
 * `--additional-python-modules`: S3 locations of zips of wheels, from which Glue's pip installs without an index.
 * @throws Error for what only an index could answer: the local account reaches none
 */
export function pythonModules(merged: Readonly<Record<string, string>>): readonly string[] {
  const modules = listOf(merged["--additional-python-modules"]);
  for (const module of modules) {
    if (/^s3:\/\/.*\.gluewheels\.zip$/.test(module)) continue;
    throw new Error(
      `--additional-python-modules: ${module} would be asked of a package index, and the local account reaches none: deliver a zip of wheels (s3://….gluewheels.zip)`,
    );
  }
  const options = (merged["--python-modules-installer-option"] ?? "").trim();
  if (modules.length > 0 && options !== "--no-index")
    throw new Error(
      `--python-modules-installer-option must be --no-index, not "${options}": the local account reaches no package index`,
    );
  return modules;
}

/** What a comma-separated argument lists. */
function listOf(argument: string | undefined): readonly string[] {
  return (argument ?? "")
    .split(",")
    .map((location) => location.trim())
    .filter((location) => location !== "");
}

/** `--conf`: `k=v --conf k2=v2` in one text (E2.6). */
export function sparkSettings(merged: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return (merged["--conf"] ?? "")
    .split("--conf")
    .map((setting) => setting.trim())
    .filter((setting) => setting.includes("="))
    .map((setting) => {
      const at = setting.indexOf("=");
      return [setting.slice(0, at), setting.slice(at + 1)];
    });
}
