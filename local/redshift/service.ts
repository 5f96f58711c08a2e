import type { Account, Assumer, ServiceBody } from "../call/call.js";
import { ClusterBody, type ClusterDefinition, clusterDefinition } from "./cluster/cluster.js";
import { s3Source } from "./cluster/s3-source.js";
import { createClusterService } from "./cluster/service.js";
import { createDataApiService } from "./data-api/service.js";
import type { WarehouseName } from "./data-api/statement.js";
import type { Warehouse } from "./server/warehouse.js";
import { createServerlessService } from "./serverless/service.js";
import { workgroupDefinitions } from "./serverless/workgroup.js";

export type RedshiftAccount = Pick<
  Account,
  "call" | "clock" | "emit" | "region" | "accountId" | "stateFolder" | "resourcesOf" | "rolePrincipal"
>;

/** Redshift and its Data API. */
export interface RedshiftServices {
  readonly dataApi: ServiceBody;
  readonly redshift: ServiceBody;
  readonly serverless: ServiceBody;
  /** Starts the database before it is first needed. */
  warm(): Promise<void>;
  /** The database of a cluster or workgroup of the templates. @throws Error when there is none of this name. */
  warehouse(identifier: string): Promise<Warehouse>;
}

export interface RedshiftOptions {
  /** Called before a statement of the Data API starts, with its texts: tests make statements take their time here. */
  readonly beforeStatement?: (sqls: readonly string[]) => Promise<void>;
}

/** Makes the bodies of `redshift`, `redshift-serverless` and `redshift-data` from the templates' warehouse.
 * @throws Error when the templates have more than one. */
export function createRedshiftServices(account: RedshiftAccount, options: RedshiftOptions = {}): RedshiftServices {
  const resources = account.resourcesOf("AWS::Redshift::Cluster");
  const definitions = workgroupDefinitions(account);
  if (resources.length + definitions.length > 1)
    throw new Error("not supported in the local account: templates with more than one cluster or workgroup");
  const bodyOf = (definition: ClusterDefinition, service: Assumer["service"]) =>
    new ClusterBody(definition, { account, source: s3Source(account, { service, identifier: definition.identifier }) });
  const clusters = new Map<string, ClusterBody>();
  for (const resource of resources) {
    const definition = clusterDefinition(resource);
    clusters.set(definition.identifier, bodyOf(definition, "redshift"));
  }
  const workgroups = new Map(
    definitions.map(({ workgroup, warehouse }) => [workgroup, bodyOf(warehouse, "redshift-serverless")]),
  );
  const find = (name: WarehouseName): ClusterBody | undefined =>
    name.isServerless ? workgroups.get(name.clusterIdentifier) : clusters.get(name.clusterIdentifier.toLowerCase());
  const all = [...clusters.values(), ...workgroups.values()];
  return {
    dataApi: createDataApiService(account, { cluster: find, ...options }),
    redshift: createClusterService(account, clusters),
    serverless: {
      ...createServerlessService(account, definitions),
      async stop() {
        await Promise.all([...workgroups.values()].map((workgroup) => workgroup.stop()));
      },
    },
    async warm() {
      await Promise.all(all.map((each) => each.warehouse()));
    },
    warehouse(identifier) {
      const cluster = all.find(({ definition }) => definition.identifier === identifier.toLowerCase());
      if (cluster === undefined) throw new Error(`The templates have no cluster or workgroup ${identifier}`);
      return cluster.warehouse();
    },
  };
}
