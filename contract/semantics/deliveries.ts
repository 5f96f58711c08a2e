import { type Finding, findingAt, type Located } from "../finding.js";
import { nearest } from "../nearest.js";
import { defaultPath, Path } from "../paths/path.js";
import { pathProblem } from "../paths/problems.js";
import type { DatasetFile, ProjectFile } from "../schema.js";
import { pathValueRules } from "./arrival.js";

/** What must hold between datasets of one bucket: whose deliveries are read, and whose a key is. */

interface Declared {
  readonly file: DatasetFile;
  readonly located: Located;
}

/** A dataset as it counts: what is delivered for another comes as that one says. */
export function withDeliveries(file: DatasetFile, all: readonly DatasetFile[]): DatasetFile {
  const origin = originOf(file, all);
  if (origin?.partition === undefined) return file;
  const { partition, timezone, arrival, path = defaultPath(origin.dataset, partition) } = origin;
  return {
    ...file,
    partition,
    path,
    ...(timezone === undefined ? {} : { timezone }),
    ...(arrival === undefined ? {} : { arrival }),
  };
}

const originOf = (file: DatasetFile, all: readonly DatasetFile[]) =>
  file.deliveries === undefined
    ? undefined
    : all.find(
        ({ dataset, source, deliveries }) =>
          dataset === file.deliveries && source === file.source && deliveries === undefined,
      );

export function deliveryFindings(declared: readonly Declared[], project: ProjectFile | undefined): Finding[] {
  return [...originFindings(declared), ...ambiguous(declared, project)];
}

function originFindings(declared: readonly Declared[]): Finding[] {
  const files = declared.map(({ file }) => file);
  return declared.flatMap(({ file, located }) => {
    const { deliveries, source } = file;
    if (deliveries === undefined) return [];
    const origin = originOf(file, files);
    const findings: Finding[] = [];
    if (origin === undefined) {
      const others = files
        .filter((each) => each.source === source && each.deliveries === undefined)
        .map(({ dataset }) => dataset);
      const meant = nearest(deliveries, others);
      findings.push(
        findingAt(located, ["deliveries"], {
          found: `'${deliveries}'`,
          expected: `a dataset of the source ${source} that has its own deliveries`,
          remedy:
            meant === undefined
              ? "Name one, or remove 'deliveries' and say how the files arrive."
              : `Write '${meant}'.`,
        }),
      );
    } else if (
      origin.partition !== undefined &&
      (origin.path === undefined || pathProblem(origin.path, origin.partition) === undefined)
    ) {
      const path = new Path(origin.path ?? defaultPath(origin.dataset, origin.partition), origin.partition);
      pathValueRules(path.names, file.columns, (at, found, expected, remedy) =>
        findings.push(findingAt(located, at, { found, expected, remedy })),
      );
    }
    return findings;
  });
}

/** Two datasets whose paths some key could fit both. */
function ambiguous(declared: readonly Declared[], project: ProjectFile | undefined): Finding[] {
  const known = declared.flatMap(({ file, located }) => {
    const { partition, deliveries, dataset, source } = file;
    if (partition === undefined || deliveries !== undefined) return [];
    if (file.path !== undefined && pathProblem(file.path, partition) !== undefined) return [];
    const path = new Path(file.path ?? defaultPath(dataset, partition), partition);
    return [{ dataset, located, path, bucket: bucketOf(project, source), isOwn: file.path !== undefined }];
  });
  return known.flatMap((one, index) =>
    known.slice(0, index).flatMap((other) => {
      if (one.bucket !== other.bucket || one.dataset === other.dataset || !(one.isOwn || other.isOwn)) return [];
      const key = one.path.commonKey(other.path);
      if (key === undefined) return [];
      const [later, first] = one.isOwn ? [one, other] : [other, one];
      return [
        findingAt(later.located, ["path"], {
          found: `a path that matches the key '${key}', and the path in ${first.located.file} matches it too`,
          expected: "keys that belong to one dataset",
          remedy: `Make one of the paths narrower, or write 'deliveries: ${first.dataset}' if both datasets read the same files.`,
        }),
      ];
    }),
  );
}

/** Sources may share a bucket that was there before. */
function bucketOf(project: ProjectFile | undefined, source: string): string {
  const landing = project?.sources[source]?.landing;
  return landing === undefined || landing === "create" ? `source ${source}` : landing.existingBucket;
}
