import { type Finding, findingAt, type Located } from "../finding.js";
import { sourceResource } from "../layout.js";
import type { ProjectFile } from "../schema.js";

/** IAM takes no longer name of a role. */
const longestName = 64;
/** The role of a source with the longest name; a dataset that gets a schedule brings it. */
const longestRole = "start-scheduled-load-schedule-role";

/** What of `deployment:` does not fit the rest of `sluice.yaml`. */
export function deploymentFindings(project: ProjectFile, located: Located): Finding[] {
  return [...boundaryFindings(project, located), ...prefixFindings(project, located), ...keyFindings(project, located)];
}

/** A KMS key encrypts in its own region only. */
function keyFindings({ region, sources, deployment }: ProjectFile, located: Located): Finding[] {
  const keys = [
    { path: ["deployment", "kms"], key: deployment.kms },
    ...Object.entries(sources).map(([source, { kms }]) => ({ path: ["sources", source, "kms"], key: kms })),
  ];
  return keys.flatMap(({ path, key }) => {
    const where = typeof key === "string" ? key.split(":")[3] : region;
    if (where === region) return [];
    return [
      findingAt(located, path, {
        found: `a key in ${where}`,
        expected: `a key in ${region}, the project's region: services use keys of their own region only`,
        remedy: `Name a key in ${region}; a multi-Region key needs its replica's ARN there.`,
      }),
    ];
  });
}

function prefixFindings({ name, sources, deployment }: ProjectFile, located: Located): Finding[] {
  const { prefix } = deployment.roles;
  const [longest] = Object.keys(sources)
    .map((source) => `${prefix}${sourceResource(name, source, longestRole)}`)
    .toSorted((a, b) => b.length - a.length);
  if (prefix === "" || longest === undefined || longest.length <= longestName) return [];
  return [
    findingAt(located, ["deployment", "roles", "prefix"], {
      found: `the role '${longest}' of ${longest.length} characters`,
      expected: `at most ${longestName} characters, which is IAM's limit`,
      remedy: `Write a prefix that is ${longest.length - longestName} character(s) shorter, or use 'path' instead.`,
    }),
  ];
}

/** The role of the function that rotates passwords is made by a transform of AWS's, which takes no boundary. */
function boundaryFindings({ warehouse, deployment }: ProjectFile, located: Located): Finding[] {
  if (deployment.roles.permissionsBoundary === undefined) return [];
  const isCreated = "create" in warehouse;
  const rotates = isCreated ? warehouse.create.rotation !== false : warehouse.existing.rotation !== undefined;
  if (!rotates) return [];
  return [
    findingAt(located, ["deployment", "roles", "permissionsBoundary"], {
      found: "a permissions boundary for every role together with password rotation",
      expected: "no rotation, since AWS creates the rotation function's role without a boundary",
      remedy: isCreated
        ? "Write rotation: false under warehouse.create, and change the passwords yourself."
        : "Remove rotation under warehouse.existing, and change the passwords yourself.",
    }),
  ];
}
