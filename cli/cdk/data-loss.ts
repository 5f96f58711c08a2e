import { z } from "zod";
import type { ProjectFile } from "../../contract/schema.js";
import { type StatefulChange, statefulChanges, type TemplateLike } from "../../infra/stateful.js";
import { CommandFailed, DataLossRefused, UsageWrong } from "../output/exit-codes.js";
import { say } from "../output/terminal.js";
import type { Assembly } from "./make-assembly.js";

/** A change to what holds data, and the stack that it is in. */
export interface DataLoss extends StatefulChange {
  readonly stack: string;
}

export const Template = z.object({
  Resources: z
    .record(
      z.string(),
      z.object({
        Type: z.string(),
        Properties: z.record(z.string(), z.unknown()).optional(),
        DeletionPolicy: z.string().optional(),
        UpdateReplacePolicy: z.string().optional(),
      }),
    )
    .optional(),
});

/** What deploying the assembly would take from what holds data in the account. @throws CommandFailed when a deployed template cannot be read */
export async function findDataLoss({ stacks }: Assembly, region: string): Promise<readonly DataLoss[]> {
  const read = await deployedTemplates(region);
  const found = await Promise.all(
    stacks.map(async ({ name, template }) => {
      const before = await read(name);
      if (before === undefined) return [];
      return statefulChanges(before, Template.parse(template)).map((change) => ({ stack: name, ...change }));
    }),
  );
  return found.flat();
}

/** Of the second switch. @throws UsageWrong when it stands alone, or names another project */
export function requireBothSwitches(
  option: string,
  { name, dataDeletion }: Pick<ProjectFile, "name" | "dataDeletion">,
  typed: string,
): void {
  if (typed !== name) {
    throw new UsageWrong(`${option} names '${typed}', but this project is ${name}. Nothing was done.`);
  }
  if (dataDeletion !== "allowed") {
    throw new UsageWrong(
      `${option} is one of two switches. The other is missing: \`dataDeletion: allowed\` in sluice.yaml. Nothing was done.`,
    );
  }
}

/** Says what would be lost. @throws DataLossRefused unless both switches allow it */
export function refuseDataLoss(losses: readonly DataLoss[], project: string, isAllowed: boolean): void {
  if (losses.length === 0) return;
  const lines = losses.map(
    ({ stack, logicalId, type, change }) => `  ${stack}: ${logicalId} (${type}) ${change}.${remedyOf(type)}`,
  );
  const text = `This deployment would delete or replace resources that hold data:\n${lines.join("\n")}`;
  if (isAllowed) {
    say(text);
    return;
  }
  throw new DataLossRefused(
    `${text}\nNothing was deployed. To allow it: \`dataDeletion: allowed\` in sluice.yaml and --allow-data-loss ${project}.`,
  );
}

const remedies: Readonly<Record<string, string>> = {
  "AWS::S3::Bucket":
    "Restore the source and its buckets in sluice.yaml; name a bucket that was copied elsewhere with `existingBucket`.",
  "AWS::KMS::Key": "Restore the source's `kms`: objects written with the key can only be read with it.",
  "AWS::Redshift::Cluster":
    "Restore `warehouse` (database, network). To change the cluster, restore another one from a snapshot first, and name it with `existing`.",
  "AWS::SecretsManager::Secret":
    "Restore it, or run `sluice bootstrap` immediately afterwards: until it has set the new password, loads cannot log in.",
};

const remedyOf = (type: string) => (remedies[type] === undefined ? "" : ` ${remedies[type]}`);

/** Reads templates as they were deployed, with the caller's own credentials. */
export async function deployedTemplates(region: string): Promise<(stack: string) => Promise<TemplateLike | undefined>> {
  // No other command needs this client.
  const { CloudFormationClient, GetTemplateCommand } = await import("@aws-sdk/client-cloudformation");
  const client = new CloudFormationClient({ region });
  return async (StackName) => {
    try {
      const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName, TemplateStage: "Original" }));
      return Template.parse(JSON.parse(TemplateBody ?? "{}"));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw new CommandFailed(
        `The template of the stack ${StackName} cannot be read, so it is unknown what a deployment would delete: ${error instanceof Error ? `${error.name}: ${error.message}` : error}. The credentials need cloudformation:GetTemplate, and the stack must have been deployed by Sluice. Nothing was done.`,
      );
    }
  };
}

/** CloudFormation has no name of its own for a stack that is not there. */
const isAbsent = (error: unknown) =>
  error instanceof Error && error.name === "ValidationError" && /does not exist/.test(error.message);
