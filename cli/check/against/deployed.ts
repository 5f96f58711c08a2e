import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import type { Contract } from "../../../contract/contract.js";
import type { Clients } from "../../account/clients.js";
import type { Session } from "../../account/session.js";
import { findLoads, mayBeOf } from "../../loads/find-loads.js";
import { findRunFolder, readTextIfThere } from "../../loads/run-folder.js";
import { pinnedContract } from "./declarations.js";

/** So many executions of a dataset are looked through for one whose run folder is still there. */
const executionsTried = 20;

/**
 * The contracts by which an account's datasets were last loaded, or tried to be: executions pin theirs in the processed
 * bucket. It is what the tables and the ledger are like; a dataset that nothing was ever delivered for has none.
 */
export async function deployedContracts(session: Session): Promise<readonly Contract[]> {
  const { clients, deployment } = session;
  const found = new Map<string, Contract>();
  for (const source of Object.keys(deployment.project.sources)) {
    for (const dataset of await datasetsOf(clients, deployment.bucket(source, "processed"))) {
      const contract = await newestOf(session, dataset);
      if (contract !== undefined) found.set(dataset, contract);
    }
  }
  return [...found.values()];
}

/** The datasets that have run folders in a bucket. */
async function datasetsOf({ s3 }: Pick<Clients, "s3">, Bucket: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: "runs/", Delimiter: "/" })) {
    names.push(...(page.CommonPrefixes ?? []).flatMap(({ Prefix }) => Prefix?.split("/")[1] ?? []));
  }
  return names;
}

async function newestOf({ clients, deployment }: Session, dataset: string): Promise<Contract | undefined> {
  const executions = await findLoads(clients, deployment, {
    limit: executionsTried,
    matches: (execution) => execution.dataset === dataset,
    mayMatch: mayBeOf(dataset),
  });
  for (const execution of executions) {
    const bucket = deployment.bucket(execution.source, "processed");
    const folder = await findRunFolder(clients, bucket, execution);
    const text =
      folder === undefined ? undefined : await readTextIfThere(clients, bucket, `${folder.folder}contract.json`);
    const contract = text === undefined ? undefined : pinnedContract(text);
    if (contract !== undefined) return contract;
  }
  return undefined;
}
