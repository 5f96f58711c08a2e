import type { Account, ServiceBody } from "../call/call.js";
import { ClusterBody, clusterDefinition } from "./cluster/cluster.js";
import { s3Source } from "./cluster/s3-source.js";
import { createClusterService } from "./cluster/service.js";
import { createDataApiService } from "./data-api/service.js";
import type { Warehouse } from "./server/warehouse.js";

export type RedshiftAccount = Pick<
  Account,
  "call" | "clock" | "emit" | "region" | "accountId" | "stateFolder" | "resourcesOf" | "rolePrincipal"
>;

/** Redshift and its Data API. */
export interface RedshiftServices {
  readonly dataApi: ServiceBody;
  readonly redshift: ServiceBody;
  /** Starts the database before it is first needed. */
  warm(): Promise<void>;
  /** The database of a cluster of the templates. @throws Error when there is none of this name. */
  warehouse(clusterIdentifier: string): Promise<Warehouse>;
}

export interface RedshiftOptions {
  /** Called before a statement of the Data API starts, with its texts: tests make statements take their time here. */
  readonly beforeStatement?: (sqls: readonly string[]) => Promise<void>;
}

/** Makes the bodies of `redshift` and `redshift-data` from the templates' clusters.
 * @throws Error when the templates have more than one cluster. */
export function createRedshiftServices(account: RedshiftAccount, options: RedshiftOptions = {}): RedshiftServices {
  const resources = account.resourcesOf("AWS::Redshift::Cluster");
  if (resources.length > 1)
    throw new Error("not supported in the local account: templates with more than one AWS::Redshift::Cluster");
  const source = s3Source(account);
  const clusters = new Map<string, ClusterBody>();
  for (const resource of resources) {
    const definition = clusterDefinition(resource);
    clusters.set(definition.identifier, new ClusterBody(definition, { account, source }));
  }
  const find = (identifier: string): ClusterBody | undefined => clusters.get(identifier.toLowerCase());
  return {
    dataApi: createDataApiService(account, { cluster: find, ...options }),
    redshift: createClusterService(account, clusters),
    async warm() {
      await Promise.all([...clusters.values()].map((cluster) => cluster.warehouse()));
    },
    warehouse(identifier) {
      const cluster = find(identifier);
      if (cluster === undefined) throw new Error(`The templates have no cluster ${identifier}`);
      return cluster.warehouse();
    },
  };
}
