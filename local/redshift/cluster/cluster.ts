import path from "node:path";
import type { Account, ResolvedResource } from "../../call/call.js";
import { createCopyRunner } from "../copy/copy-runner.js";
import type { CopyRunner, CopySource } from "../copy/copy-types.js";
import { LoadLog } from "../copy/load-log.js";
import { passwordHash } from "../dialect/passwords.js";
import { Warehouse } from "../server/warehouse.js";

export type ClusterStatus = "available" | "paused";

/** What the templates and the API's callers have made of a cluster. */
export interface ClusterDefinition {
  readonly identifier: string;
  /** Where it is not that of a cluster of this identifier. */
  readonly arn?: string;
  readonly database: string;
  readonly masterUser: string;
  readonly masterPassword?: string;
  readonly masterSecretArn?: string;
  readonly roles: readonly string[];
  readonly defaultRole?: string;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Reads an AWS::Redshift::Cluster. */
export function clusterDefinition(resource: ResolvedResource): ClusterDefinition {
  const { properties } = resource;
  const isManaged = properties.ManageMasterPassword === true || properties.ManageMasterPassword === "true";
  const secret = isManaged ? resource.attributes.MasterPasswordSecretArn : undefined;
  const password = text(properties.MasterUserPassword);
  const defaultRole = text(properties.DefaultIamRoleArn);
  return {
    identifier: resource.ref,
    database: text(properties.DBName) ?? "dev",
    masterUser: text(properties.MasterUsername) ?? "admin",
    ...(password !== undefined && { masterPassword: password }),
    ...(secret !== undefined && { masterSecretArn: secret }),
    roles: Array.isArray(properties.IamRoles) ? properties.IamRoles.flatMap((role) => text(role) ?? []) : [],
    ...(defaultRole !== undefined && { defaultRole }),
  };
}

/** A cluster's body: one PostgreSQL, started when it is first needed. */
export class ClusterBody {
  readonly definition: ClusterDefinition;
  readonly copyRunner: CopyRunner;
  readonly #folder: string;
  #status: ClusterStatus = "available";
  #warehouse: Promise<Warehouse> | undefined;

  constructor(
    definition: ClusterDefinition,
    options: {
      readonly account: Pick<Account, "region" | "stateFolder">;
      readonly source: CopySource;
      readonly folder?: string;
    },
  ) {
    this.definition = definition;
    this.#folder = options.folder ?? path.join(options.account.stateFolder, "warehouse");
    this.copyRunner = createCopyRunner({
      source: options.source,
      region: options.account.region,
      roles: definition.roles,
      ...(definition.defaultRole !== undefined && { defaultRole: definition.defaultRole }),
      log: new LoadLog(async (database) => (await this.warehouse()).system(database)),
    });
  }

  get status(): ClusterStatus {
    return this.#status;
  }

  setStatus(status: ClusterStatus): void {
    this.#status = status;
  }

  get masterSecretArn(): string | undefined {
    return this.definition.masterSecretArn;
  }

  /** The running database. @throws WarehouseUnavailable */
  async warehouse(): Promise<Warehouse> {
    // A server that was killed is started again, and recovers.
    if (this.#warehouse !== undefined && !(await this.#warehouse).isRunning) this.#warehouse = undefined;
    this.#warehouse ??= this.#open().catch((error: unknown) => {
      this.#warehouse = undefined;
      throw error;
    });
    return this.#warehouse;
  }

  async #open(): Promise<Warehouse> {
    const { database, masterUser, masterPassword } = this.definition;
    const warehouse = await Warehouse.open({ folder: this.#folder, database, masterUser });
    if (masterPassword !== undefined && (await warehouse.passwordHash(masterUser)) === undefined) {
      await warehouse.setPasswordHash(masterUser, passwordHash(masterPassword));
    }
    return warehouse;
  }

  /** Ends a connection from the server's side. */
  async terminate(processId: number): Promise<void> {
    await (await this.warehouse()).terminate(processId);
  }

  async stop(): Promise<void> {
    const warehouse = await this.#warehouse?.catch(() => undefined);
    this.#warehouse = undefined;
    await warehouse?.stop();
  }
}
