import { DescribeClustersCommand } from "@aws-sdk/client-redshift";
import { secretName } from "../contract/layout.js";
import type { ProjectFile } from "../contract/schema.js";
import type { Clients } from "./clients.js";
import { CommandFailed } from "./exit-codes.js";
import type { Warehouse } from "./statements.js";

/** The warehouse as its readers see it: what `sluice query` uses. */
export function readerWarehouse(project: ProjectFile): Warehouse {
  return { ...placeOf(project), secret: secretName(project.name, "reader") };
}

/** The warehouse as its administrator: only for bootstrap. @throws CommandFailed */
export async function adminWarehouse(
  { redshift }: Pick<Clients, "redshift">,
  project: ProjectFile,
): Promise<Warehouse> {
  const place = placeOf(project);
  if ("existing" in project.warehouse) return { ...place, secret: project.warehouse.existing.secretArn };
  const { Clusters } = await redshift.send(new DescribeClustersCommand({ ClusterIdentifier: place.clusterIdentifier }));
  const secret = Clusters?.[0]?.MasterPasswordSecretArn;
  if (secret === undefined) {
    throw new CommandFailed(
      `The cluster ${place.clusterIdentifier} has no admin secret that Redshift manages. Deploy the project again.`,
    );
  }
  return { ...place, secret };
}

function placeOf({ name, warehouse }: ProjectFile) {
  return "existing" in warehouse
    ? { clusterIdentifier: warehouse.existing.clusterIdentifier, database: warehouse.existing.database }
    : { clusterIdentifier: name, database: warehouse.create.database };
}
