import { type Finding, findingAt, type Located } from "../finding.js";
import type { ProjectFile } from "../schema.js";

type Source = ProjectFile["sources"][string];

/** What is wrong with the sources of `sluice.yaml` beyond their shape: names that are too long, buckets that do not fit. */
export function sourceFindings(project: ProjectFile, located: Located): Finding[] {
  return Object.entries(project.sources).flatMap(([name, source]) => [
    ...nameFindings(project, name, located),
    ...bucketFindings(name, source, located),
  ]);
}

function nameFindings(project: ProjectFile, name: string, located: Located): Finding[] {
  const length = project.name.length + name.length;
  if (length <= 24) return [];
  return [
    findingAt(located, ["sources", name], {
      found: `project '${project.name}' and source '${name}' have ${length} characters together`,
      expected: "at most 24 together, because bucket names hold both",
      remedy: "Shorten the project's or the source's name.",
    }),
  ];
}

function bucketFindings(name: string, source: Source, located: Located): Finding[] {
  const findings: Finding[] = [];
  const [landing, processed] = [existing(source.landing), existing(source.processed)];
  if (landing !== undefined && landing === processed) {
    findings.push(
      findingAt(located, ["sources", name, "processed"], {
        found: `'${processed}' for landing and processed`,
        expected: "two buckets",
        remedy: "What Sluice writes must not lie where producers deliver. Use another bucket, or 'create'.",
      }),
    );
  }
  if (landing !== undefined && processed !== undefined && source.kms === true) {
    findings.push(
      findingAt(located, ["sources", name, "kms"], {
        found: "a key to be made, and no bucket to be made",
        expected: "the ARN of the key that the existing buckets are encrypted with, or no 'kms'",
        remedy: "Give the key's ARN.",
      }),
    );
  }
  if (source.accessLogs !== false && landing !== undefined && processed !== undefined) {
    findings.push(
      findingAt(located, ["sources", name, "accessLogs"], {
        found: "access logs of buckets that are there already",
        expected: "access logs of buckets that Sluice makes",
        remedy: "Remove 'accessLogs', and set them on the buckets where they are made.",
      }),
    );
  }
  return findings;
}

const existing = (bucket: Source["landing"]) => (bucket === "create" ? undefined : bucket.existingBucket);
