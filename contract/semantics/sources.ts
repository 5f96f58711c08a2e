import { type Finding, findingAt, type Located } from "../finding.js";
import { projectResource, sourceResource } from "../layout.js";
import type { ProjectFile } from "../schema.js";
import { sourceEngineFindings } from "./engine.js";
import { triggerFindings } from "./triggers.js";

type Source = ProjectFile["sources"][string];

/** What is wrong with the sources of `sluice.yaml` beyond their shape: names that are too long or make one resource of two,
 * buckets that do not fit. */
export function sourceFindings(project: ProjectFile, located: Located): Finding[] {
  return Object.entries(project.sources).flatMap(([name, source]) => [
    ...nameFindings(project, name, located),
    ...collisionFindings(project, name, located),
    ...bucketFindings(name, source, located),
    ...triggerFindings(project.region, name, source, located),
    ...sourceEngineFindings(name, source, located),
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

/** What a source's resources are called after its name, so that no other source's name may end so. */
const endings: Readonly<Record<string, (source: string, project: string) => string>> = {
  landing: (source, project) =>
    `the Glue database '${`${project}_${source}_landing`.replaceAll("-", "_")}', where '${source}' catalogues landed files and '${source}-landing' loaded ones`,
  start: (source, project) =>
    `the IAM role '${sourceResource(project, source, "start-scheduled-load-role")}', if both have a schedule`,
};

/** Names that would give one physical name to two resources. */
function collisionFindings(project: ProjectFile, name: string, located: Located): Finding[] {
  if (name === "warehouse") {
    return [
      findingAt(located, ["sources", name], {
        found: "'warehouse' as a source's name",
        expected: `another name, because '${projectResource(project.name, name)}' is the stack of the warehouse`,
        remedy: "Rename the source.",
      }),
    ];
  }
  return Object.entries(endings).flatMap(([ending, shared]) => {
    const other = name.slice(0, -`-${ending}`.length);
    if (!name.endsWith(`-${ending}`) || !Object.hasOwn(project.sources, other)) return [];
    return [
      findingAt(located, ["sources", name], {
        found: `'${name}' together with '${other}'`,
        expected: `sources that do not share a resource; these two would share ${shared(other, project.name)}`,
        remedy: `Rename one of the two, so that neither is the other's name followed by '-${ending}'.`,
      }),
    ];
  });
}

function bucketFindings(name: string, source: Source, located: Located): Finding[] {
  const findings: Finding[] = [];
  const [landing, processed] = [existing(source.landing), existing(source.processed)];
  if (landing !== undefined && landing === processed) {
    findings.push(
      findingAt(located, ["sources", name, "processed"], {
        found: `'${processed}' both as landing and as processed bucket`,
        expected: "two buckets",
        remedy: "Use another bucket, or 'create': Sluice must not write where producers deliver.",
      }),
    );
  }
  if (landing !== undefined && processed !== undefined && source.kms === true) {
    findings.push(
      findingAt(located, ["sources", name, "kms"], {
        found: "kms: true, which creates a key, but no bucket to create",
        expected: "the ARN of the key with which the existing buckets are encrypted, or no 'kms'",
        remedy: "Write the key's ARN.",
      }),
    );
  }
  if (source.accessLogs !== false && landing !== undefined && processed !== undefined) {
    findings.push(
      findingAt(located, ["sources", name, "accessLogs"], {
        found: "access logs of existing buckets",
        expected: "access logs only of buckets that Sluice creates",
        remedy: "Remove 'accessLogs', and configure access logs where the buckets are managed.",
      }),
    );
  }
  return findings;
}

const existing = (bucket: Source["landing"]) => (bucket === "create" ? undefined : bucket.existingBucket);
