import { DescribeClustersCommand } from "@aws-sdk/client-redshift";
import { secretName } from "../../contract/layout.js";
import type { ProjectFile } from "../../contract/schema.js";
import type { Clients } from "../account/clients.js";
import { CommandFailed } from "../output/exit-codes.js";
import type { Warehouse } from "./statements.js";

/** The warehouse as its readers see it: what `sluice query` uses. */
export function readerWarehouse(project: ProjectFile): Warehouse {
  return { ...placeOf(project), secret: secretName(project.name, "reader") };
}

/** The warehouse as its administrator: only for bootstrap. @throws CommandFailed */
export async function adminWarehouse(
  { redshift }: Pick<Clients, "redshift">,
  project: Pick<ProjectFile, "name" | "warehouse">,
): Promise<Warehouse> {
  const place = placeOf(project);
  if ("existing" in project.warehouse) return { ...place, secret: project.warehouse.existing.secretArn };
  const { Clusters } = await redshift.send(new DescribeClustersCommand({ ClusterIdentifier: project.name }));
  const secret = Clusters?.[0]?.MasterPasswordSecretArn;
  if (secret === undefined) {
    throw new CommandFailed(
      `The cluster ${project.name} has no admin secret managed by Redshift. Deploy the project again.`,
    );
  }
  return { ...place, secret };
}

/** The identifier of a project's cluster; undefined for a workgroup of Serverless. */
export function clusterOf({ name, warehouse }: ProjectFile): string | undefined {
  if ("create" in warehouse) return name;
  return "clusterIdentifier" in warehouse.existing ? warehouse.existing.clusterIdentifier : undefined;
}

function placeOf({ name, warehouse }: Pick<ProjectFile, "name" | "warehouse">): Pick<Warehouse, "place" | "database"> {
  if ("create" in warehouse) return { place: { ClusterIdentifier: name }, database: warehouse.create.database };
  const { existing } = warehouse;
  return {
    place:
      "clusterIdentifier" in existing
        ? { ClusterIdentifier: existing.clusterIdentifier }
        : { WorkgroupName: existing.workgroup },
    database: existing.database,
  };
}
