import { DescribeClustersCommand } from "@aws-sdk/client-redshift";
import { GetNamespaceCommand } from "@aws-sdk/client-redshift-serverless";
import { secretName } from "../../contract/layout.js";
import type { ProjectFile } from "../../contract/schema.js";
import { isServerless } from "../../contract/warehouse-file.js";
import type { Clients } from "../account/clients.js";
import { CommandFailed } from "../output/exit-codes.js";
import type { Warehouse } from "./statements.js";

/** The warehouse as its readers see it: what `sluice query` uses. */
export function readerWarehouse(project: ProjectFile): Warehouse {
  return { ...placeOf(project), secret: secretName(project.name, "reader") };
}

/** Who says where the administrator's secret is. */
export type AdminClients = Pick<Clients, "redshift" | "redshiftServerless">;

/** The warehouse as its administrator: only for bootstrap. @throws CommandFailed */
export async function adminWarehouse(
  clients: AdminClients,
  project: Pick<ProjectFile, "name" | "warehouse">,
): Promise<Warehouse> {
  const place = placeOf(project);
  const { name, warehouse } = project;
  if ("existing" in warehouse) return { ...place, secret: warehouse.existing.secretArn };
  const isWorkgroup = isServerless(warehouse.create);
  const secret = await (isWorkgroup ? namespaceSecret(clients, name) : clusterSecret(clients, name));
  if (secret === undefined) {
    throw new CommandFailed(
      `The ${isWorkgroup ? "namespace" : "cluster"} ${name} has no admin secret managed by Redshift. Deploy the project again.`,
    );
  }
  return { ...place, secret };
}

async function clusterSecret({ redshift }: AdminClients, name: string): Promise<string | undefined> {
  const { Clusters } = await redshift.send(new DescribeClustersCommand({ ClusterIdentifier: name }));
  return Clusters?.[0]?.MasterPasswordSecretArn;
}

async function namespaceSecret({ redshiftServerless }: AdminClients, name: string): Promise<string | undefined> {
  const { namespace } = await redshiftServerless.send(new GetNamespaceCommand({ namespaceName: name }));
  return namespace?.adminPasswordSecretArn;
}

/** The identifier of a project's cluster; undefined for a workgroup of Serverless. */
export function clusterOf({ name, warehouse }: ProjectFile): string | undefined {
  if ("create" in warehouse) return isServerless(warehouse.create) ? undefined : name;
  return "clusterIdentifier" in warehouse.existing ? warehouse.existing.clusterIdentifier : undefined;
}

function placeOf({ name, warehouse }: Pick<ProjectFile, "name" | "warehouse">): Pick<Warehouse, "place" | "database"> {
  if ("create" in warehouse) {
    const { create } = warehouse;
    return {
      place: isServerless(create) ? { WorkgroupName: name } : { ClusterIdentifier: name },
      database: create.database,
    };
  }
  const { existing } = warehouse;
  return {
    place:
      "clusterIdentifier" in existing
        ? { ClusterIdentifier: existing.clusterIdentifier }
        : { WorkgroupName: existing.workgroup },
    database: existing.database,
  };
}
