import type { ProjectFile } from "../../contract/schema.js";
import type { Person, Policy } from "./policies.js";
import { unknownAccount } from "./scope.js";

/** IAM counts a policy's characters without white space: of a managed policy, and of all inline ones of a role. */
const mostManaged = 6144;
const mostInline = 10_240;

/** What whoever attaches a policy has to know, a line each. */
export function notesOn(person: Person, project: ProjectFile, policy: Policy): readonly string[] {
  const { length } = JSON.stringify(policy);
  return [
    ...(project.account === undefined
      ? [`The account is not in sluice.yaml: replace ${unknownAccount}, or set \`account\` there.`]
      : []),
    person === "deployer"
      ? "Buckets and secrets deny everybody who is not named: list the ARN of this role under `deployment.deployers` in sluice.yaml."
      : "Buckets and secrets deny everybody who is not named: list the ARN of this role under `administrators` in sluice.yaml.",
    ...(length > mostManaged
      ? [
          `The policy has ${length} characters. A managed policy takes ${mostManaged}, the inline policies of a role ${mostInline}: divide its statements over several managed policies.`,
        ]
      : []),
  ];
}
