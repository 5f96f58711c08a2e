import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { GetExecutionHistoryCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { findDeployment } from "../../cli/account/deployment.js";
import { resultOf } from "../../cli/loads/describe.js";
import { executionArn } from "../../cli/loads/executions.js";
import { follow } from "../../cli/loads/follow.js";
import { type StateTime, stateTimes } from "../../cli/loads/history.js";
import type { LoadResult } from "../../cli/loads/load-result.js";
import { type ResultSet, runStatement } from "../../cli/warehouse/statements.js";
import { readerWarehouse } from "../../cli/warehouse/warehouse.js";
import { executionName, guessLandedKey, rerunName } from "../../contract/layout.js";
import { readSoundProject, type SoundProject } from "../../contract/read.js";
import type { Delivered } from "../../examples/demo/deliver.js";
import { parquetRows } from "./lake.js";
import type { RunningAccount } from "./running-account.js";

/** What the tests do with loads, and what they see of warehouse, ledger and lake. */
export class Loads {
  readonly #account: RunningAccount;
  readonly #project: SoundProject;
  readonly #pollEveryMs: number;

  constructor(project: string, account: RunningAccount, pollEveryMs = 100) {
    this.#account = account;
    this.#pollEveryMs = pollEveryMs;
    this.#project = readSoundProject(project);
  }

  /** Waits for the execution that the manifest's event starts. */
  follow(source: string, dataset: string, manifest: Delivered): Promise<LoadResult> {
    return this.followArn(source, this.#arn(source, nameOf(dataset, manifest)));
  }

  async followArn(source: string, arn: string): Promise<LoadResult> {
    const { clients } = this.#account;
    const ended = await follow(clients, {
      source,
      executionArn: arn,
      onState: () => {},
      pollEveryMs: this.#pollEveryMs,
    });
    return resultOf(clients, await findDeployment(clients, this.#project.project), ended);
  }

  /** Starts the load again as a person would, under the name of the n-th rerun, and waits for its end. */
  async startByHand(source: string, dataset: string, manifest: Delivered, n: number): Promise<LoadResult> {
    const { bucket, key, versionId } = manifest;
    const name = rerunName(nameOf(dataset, manifest), n);
    const input = JSON.stringify({ dataset, manifest: { bucket, key, versionId } });
    const stateMachineArn = this.#account.machine(`${this.#project.project.name}-${source}-load-partition`);
    await this.#account.clients.stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return this.followArn(source, this.#arn(source, name));
  }

  /** Waits until the execution of a manifest has entered a state. @returns the execution's ARN. */
  async untilState(source: string, dataset: string, manifest: Delivered, state: string): Promise<string> {
    const arn = this.#arn(source, nameOf(dataset, manifest));
    const { stepFunctions } = this.#account.clients;
    for (;;) {
      const history = await stepFunctions
        .send(new GetExecutionHistoryCommand({ executionArn: arn, reverseOrder: true, maxResults: 50 }))
        .catch(() => undefined);
      const events = history?.events ?? [];
      if (events.some(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === state)) return arn;
      if (events.some(({ type }) => type?.startsWith("Execution") && type !== "ExecutionStarted")) {
        throw new Error(`the execution ended without entering '${state}'`);
      }
      await sleep(10);
    }
  }

  /** The states of a load, each with its seconds. */
  stateTimes(source: string, dataset: string, manifest: Delivered): Promise<readonly StateTime[]> {
    return stateTimes(this.#account.clients, this.#arn(source, nameOf(dataset, manifest)));
  }

  query(sql: string): Promise<ResultSet> {
    return runStatement(this.#account.clients, readerWarehouse(this.#project.project), sql);
  }

  /** The rows of a table without their lineage, sorted. */
  async tableRows(table: string): Promise<readonly string[]> {
    const { columns, rows } = await this.query(`select * from ${table}`);
    const shown = columns.map((name, index) => ({ name, index })).filter(({ name }) => !name.startsWith("sluice_"));
    return rows.map((row) => JSON.stringify(shown.map(({ index }) => row[index]))).sort();
  }

  async ledgerRows(): Promise<readonly string[]> {
    const { rows } = await this.query("select * from sluice.loads");
    return rows.map((row) => JSON.stringify(row)).sort();
  }

  /** How many rows the ledger has for this version of a manifest. */
  async revisionsInLedger({ versionId }: Delivered): Promise<number> {
    const { columns, rows } = await this.query("select * from sluice.loads");
    const version = columns.indexOf("manifest_version");
    return rows.filter((row) => row[version] === versionId).length;
  }

  /** Table with lineage, ledger and lake, to be compared. */
  async everything(source: string, dataset: string): Promise<object> {
    const contract = this.#project.contracts.find((candidate) => candidate.dataset === dataset);
    if (contract === undefined) throw new Error(`no dataset ${dataset}`);
    const { rows } = await this.query(`select * from ${contract.table.schema}.${contract.table.name}`);
    const table = rows.map((row) => JSON.stringify(row)).sort();
    const lake = await parquetRows(this.#account.clients, this.#account.bucket(source, "processed"), dataset);
    return {
      ledger: await this.ledgerRows(),
      table: { rows: table.length, digest: digest(table) },
      lake: { rows: lake.length, digest: digest(lake) },
    };
  }

  #arn(source: string, name: string): string {
    return executionArn(this.#account.machine(`${this.#project.project.name}-${source}-load-partition`), name);
  }
}

const digest = (rows: readonly string[]) => createHash("sha256").update(rows.join("\n")).digest("hex");

function nameOf(dataset: string, { key, versionId }: Delivered): string {
  const landed = guessLandedKey(key);
  return executionName(dataset, landed?.partition ?? "", key, versionId ?? "");
}
