import { paginateListStateMachines } from "@aws-sdk/client-sfn";
import { bucketName, projectResource, sourceResource } from "../../contract/layout.js";
import type { ProjectFile } from "../../contract/schema.js";
import { CommandFailed } from "../output/exit-codes.js";
import type { Clients } from "./clients.js";

/** What a project's deployment is called in its account. */
export interface Deployment {
  readonly project: ProjectFile;
  readonly account: string;
  /** State machines of the project: name → ARN. */
  readonly stateMachines: ReadonlyMap<string, string>;
  bucket(source: string, kind: "landing" | "processed"): string;
  /** The ARN of a source's load-partition. @throws CommandFailed */
  loadPartition(source: string): string;
}

/** Finds a project's deployment by its state machines, whose ARNs also tell the account. @throws CommandFailed */
export async function findDeployment(
  { stepFunctions }: Pick<Clients, "stepFunctions">,
  project: ProjectFile,
): Promise<Deployment> {
  const stateMachines = new Map<string, string>();
  for await (const page of paginateListStateMachines({ client: stepFunctions }, {})) {
    for (const { name, stateMachineArn } of page.stateMachines ?? []) {
      if (name?.startsWith(`${project.name}-`) && stateMachineArn !== undefined)
        stateMachines.set(name, stateMachineArn);
    }
  }
  const anchor = projectResource(project.name, "run-statements");
  const account = stateMachines.get(anchor)?.split(":")[4];
  if (account === undefined) {
    throw new CommandFailed(
      `The project '${project.name}' is not deployed in ${project.region} (there is no state machine ${anchor}). Deploy it (sluice deploy), or use the local account with --local.`,
    );
  }
  return {
    project,
    account,
    stateMachines,
    bucket(source, kind) {
      const declared = project.sources[source]?.[kind];
      if (typeof declared === "object") return declared.existingBucket;
      return bucketName(project.name, source, kind, account, project.region);
    },
    loadPartition(source) {
      const name = sourceResource(project.name, source, "load-partition");
      const arn = stateMachines.get(name);
      if (arn === undefined) throw new CommandFailed(`There is no state machine ${name}. Deploy the project again.`);
      return arn;
    },
  };
}
