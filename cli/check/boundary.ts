import { readFileSync } from "node:fs";
import { awsPartition } from "../../contract/partition-of-aws.js";
import type { ProjectFile } from "../../contract/schema.js";
import { UsageWrong } from "../output/exit-codes.js";
import { Boundary, conditional, type Forbidden, forbiddenBy, neededBy } from "../permissions/boundary.js";
import { stacksOf } from "./templates.js";

export interface BoundaryChecked {
  readonly forbidden: readonly Forbidden[];
  /** A line for each action that is forbidden, and what was not looked at. */
  readonly lines: readonly string[];
}

/**
 * Which permissions of the roles in the templates a boundary forbids.
 * @param file the JSON of the boundary's policy @throws UsageWrong when it is none
 */
export async function checkBoundary(
  folder: string,
  { region, account }: Pick<ProjectFile, "region" | "account">,
  environment: string | undefined,
  file: string,
): Promise<BoundaryChecked> {
  const boundary = readBoundary(file);
  const where = { partition: awsPartition(region), region, account };
  const templates = (await stacksOf(folder, environment)).map(({ template }) => template);
  const forbidden = forbiddenBy(boundary, neededBy(templates, where));
  const unseen = conditional(boundary);
  return {
    forbidden,
    lines: [
      ...byAction(forbidden).map((each) => describe(file, each)),
      ...(unseen.length === 0 ? [] : [`${file}: the conditions of ${unseen.join(", ")} are not evaluated.`]),
    ],
  };
}

function readBoundary(file: string): Boundary {
  try {
    return Boundary.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new UsageWrong(
      `'${file}' is not a policy in JSON (${error instanceof Error ? error.message.split("\n")[0] : error}). Save the boundary's document: aws iam get-policy-version --policy-arn <arn> --version-id <version> --query PolicyVersion.Document`,
    );
  }
}

function byAction(forbidden: readonly Forbidden[]): readonly (readonly Forbidden[])[] {
  const groups = new Map<string, Forbidden[]>();
  for (const each of forbidden) {
    const key = `${each.action}\t${each.deniedBy ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()];
}

function describe(file: string, each: readonly Forbidden[]): string {
  const [first] = each;
  if (first === undefined) return "";
  const roles = [...new Set(each.map(({ role }) => role))];
  const why =
    first.deniedBy === undefined
      ? "no statement of the boundary allows it"
      : `the boundary's ${first.deniedBy} denies it`;
  const others = each.length === 1 ? "" : ` and ${each.length - 1} more`;
  return `${file}: ${first.action} on ${first.resource}${others} is needed by ${roles.join(", ")}, and ${why}. Nothing that needs it would work: allow it in the boundary, or use another one (deployment.roles.permissionsBoundary).`;
}
