import { setTimeout as sleep } from "node:timers/promises";
import { GetPartitionsCommand } from "@aws-sdk/client-glue";
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { type Clients, createClients } from "../../cli/account/clients.js";
import { runStatement } from "../../cli/warehouse/statements.js";
import { adminWarehouse } from "../../cli/warehouse/warehouse.js";
import { bucketName, ownDatabase, sourceResource, stateMachineArn } from "../../contract/layout.js";
import { readSoundProject } from "../../contract/read.js";
import type { Account } from "./build.js";

const [project, source, account, region] = ["shop", "till", "000000000000", "eu-west-1"];
const machine = (name: string) => stateMachineArn(region, account, sourceResource(project, source, name));

/** What a project's account holds, asked through AWS's own protocols, whichever build runs it. */
export class Look {
  readonly #clients: Clients;
  readonly #folder: string;

  constructor(folder: string, { region, ...local }: Account) {
    this.#folder = folder;
    this.#clients = createClients({ region, local });
  }

  /** As the administrator. */
  async rows(sql: string): Promise<readonly string[]> {
    const warehouse = await adminWarehouse(this.#clients, readSoundProject(this.#folder).project);
    return (await runStatement(this.#clients, warehouse, sql)).rows.map((row) => JSON.stringify(row));
  }

  /** Every row, ledger row, grant, file and partition, as texts that can be compared. */
  async everything(): Promise<Readonly<Record<string, readonly string[]>>> {
    const rows = (sql: string) => this.rows(sql);
    const ledger =
      'SELECT dataset, "partition", batch_id, revision, place, mode, manifest, manifest_version, execution, read, written, deduplicated, rejected, inserted, updated, deleted, outdated, removed, forced, loaded_at FROM sluice.loads ORDER BY loaded_at';
    return {
      "rows of shop.orders": await rows("SELECT * FROM shop.orders ORDER BY order_id"),
      "rows of shop.prices": await rows("SELECT * FROM shop.prices ORDER BY article"),
      "rows of shop.daily_sales": await rows("SELECT * FROM shop.daily_sales ORDER BY day"),
      "rows of shop.newest, a view of somebody on the ledgers": await rows(
        "SELECT * FROM shop.newest ORDER BY dataset",
      ),
      ledger: await rows(ledger),
      grants: await rows(
        "SELECT namespace_name, relation_name, privilege_type, identity_name FROM svv_relation_privileges WHERE identity_name = 'analyst' ORDER BY 1, 2, 3",
      ),
      "files that landed": await this.#objects("landing"),
      "files that were published": (await this.#objects("processed")).filter((key) => key.startsWith("data/")),
      partitions: await this.#partitions(),
    };
  }

  async #objects(kind: "landing" | "processed"): Promise<readonly string[]> {
    const Bucket = bucketName(project, source, kind, account, region);
    const { Contents = [] } = await this.#clients.s3.send(new ListObjectsV2Command({ Bucket }));
    return Contents.map(({ Key, ETag }) => `${Key} ${ETag}`);
  }

  async #partitions(): Promise<readonly string[]> {
    const of = async (TableName: string) => {
      const query = new GetPartitionsCommand({ DatabaseName: ownDatabase(project, source), TableName });
      const { Partitions = [] } = await this.#clients.glue.send(query);
      return Partitions.map(({ Values, StorageDescriptor }) => `${TableName} ${Values} ${StorageDescriptor?.Location}`);
    };
    return [...(await of("orders")), ...(await of("prices"))].sort();
  }

  /** Puts a file where no manifest names it. */
  async put(Key: string, Body: string): Promise<void> {
    await this.#clients.s3.send(
      new PutObjectCommand({ Bucket: bucketName(project, source, "landing", account, region), Key, Body }),
    );
  }

  /** Executions of a machine, by name. */
  async executions(name = "load-partition"): Promise<ReadonlyMap<string, string>> {
    const list = new ListExecutionsCommand({ stateMachineArn: machine(name), maxResults: 1000 });
    const { executions = [] } = await this.#clients.stepFunctions.send(list);
    return new Map(executions.map((each) => [each.name ?? "", each.status ?? ""]));
  }

  /** The execution of a partition whose conversion runs. */
  async converting(dataset: string, partition: string): Promise<string> {
    const start = `${dataset}-${partition}-`;
    for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await sleep(50)) {
      const children = await this.executions("convert-partition");
      if (![...children].some(([name, status]) => name.startsWith(start) && status === "RUNNING")) continue;
      const found = [...(await this.executions())].find(([name]) => name.startsWith(start));
      if (found !== undefined) return found[0];
    }
    throw new Error(`the load of ${dataset} ${partition} does not convert`);
  }

  async stop(name: string): Promise<void> {
    await this.#clients.stepFunctions.send(new StopExecutionCommand({ executionArn: this.#execution(name) }));
  }

  async redrive(name: string): Promise<void> {
    await this.#clients.stepFunctions.send(new RedriveExecutionCommand({ executionArn: this.#execution(name) }));
  }

  /** How an execution ended. */
  async ended(name: string): Promise<string> {
    for (const giveUpAt = Date.now() + 120_000; Date.now() < giveUpAt; await sleep(200)) {
      const query = new DescribeExecutionCommand({ executionArn: this.#execution(name) });
      const { status, error = "", cause = "" } = await this.#clients.stepFunctions.send(query);
      if (status !== "RUNNING") return [status, error, cause].join(" ").trim();
    }
    throw new Error(`${name} does not end`);
  }

  #execution = (name: string) => `${machine("load-partition").replace(":stateMachine:", ":execution:")}:${name}`;
}
