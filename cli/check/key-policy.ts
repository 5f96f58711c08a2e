import { readFileSync } from "node:fs";
import { awsPartition } from "../../contract/partition-of-aws.js";
import type { ProjectFile } from "../../contract/schema.js";
import { UsageWrong } from "../output/exit-codes.js";
import { neededBy } from "../permissions/boundary.js";
import { delegates, KeyPolicy, rolesOfKey, type ShutOut, servicesOfKey, shutOutBy } from "../permissions/key-policy.js";
import { stacksOf } from "./templates.js";

export interface KeyPolicyChecked {
  readonly shutOut: readonly ShutOut[];
  /** A line for each action that somebody is shut out of. */
  readonly lines: readonly string[];
}

/**
 * Whom of those that the templates let use a key its policy shuts out.
 * @param file the JSON of the key's policy
 * @param key which key's, by its ARN; needed where the project names several
 * @throws UsageWrong when the file is none, or it is not known which key is meant
 */
export async function checkKeyPolicy(
  folder: string,
  project: ProjectFile,
  environment: string | undefined,
  file: string,
  key: string | undefined,
  make = stacksOf,
): Promise<KeyPolicyChecked> {
  const policy = readPolicy(file);
  const arn = meantKey(project, key);
  const account = arn.split(":")[4] ?? "";
  const templates = (await make(folder, environment)).map(({ template }) => template);
  const where = { partition: awsPartition(project.region), region: project.region, account: project.account };
  const users = [
    ...rolesOfKey(neededBy(templates, where), arn),
    ...(arn === project.deployment.kms ? servicesOfKey(templates, arn, project.region) : []),
  ];
  const shutOut = shutOutBy(policy, users, project.account ?? account);
  return { shutOut, lines: describe(file, shutOut, delegates(policy, project.account ?? account)) };
}

function readPolicy(file: string): KeyPolicy {
  try {
    return KeyPolicy.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new UsageWrong(
      `'${file}' is not a key policy in JSON (${error instanceof Error ? error.message.split("\n")[0] : error}). Save it: aws kms get-key-policy --key-id <arn> --policy-name default > ${file}`,
    );
  }
}

function meantKey({ deployment, sources }: ProjectFile, asked: string | undefined): string {
  const named = [deployment.kms, ...Object.values(sources).map(({ kms }) => kms)];
  const keys = [...new Set(named.filter((key) => typeof key === "string"))];
  const [only] = keys;
  if (asked !== undefined && keys.includes(asked)) return asked;
  if (only === undefined)
    throw new UsageWrong(
      "The project names no KMS key: --key-policy is for keys under deployment.kms and sources.<source>.kms.",
    );
  if (asked !== undefined || keys.length > 1)
    throw new UsageWrong(`Pass with --key which key's policy it is, one of ${keys.join(", ")}.`);
  return only;
}

function describe(file: string, shutOut: readonly ShutOut[], isDelegated: boolean): readonly string[] {
  const byAction = new Map<string, ShutOut[]>();
  for (const each of shutOut) {
    const key = [each.action, each.deniedBy ?? "", each.service ?? ""].join("\t");
    byAction.set(key, [...(byAction.get(key) ?? []), each]);
  }
  return [...byAction.values()].flatMap((each) => {
    const [first] = each;
    if (first === undefined) return [];
    const who = first.service ?? each.map(({ role }) => `the role ${role}`).join(", ");
    const why =
      first.deniedBy !== undefined
        ? `its ${first.deniedBy} denies it`
        : first.service === undefined && !isDelegated
          ? "it does not delegate to IAM, so the policies of roles have no effect on the key"
          : "no statement of it allows it";
    const remedy =
      first.deniedBy !== undefined
        ? "Except them from the denial"
        : first.service === undefined
          ? 'Add a statement with "Principal": { "AWS": "arn:aws:iam::<account>:root" } that allows it'
          : `Add a statement with "Principal": { "Service": "${first.service}" } that allows it`;
    return [`${file}: the key's policy shuts ${who} out of ${first.action}: ${why}. ${remedy}, or name another key.`];
  });
}
