import type { Contract } from "../../../contract/contract.js";
import { Warehouse } from "../../../local/redshift/server/warehouse.js";
import type { Session } from "../../../local/redshift/session/session.js";
import { type Inspection, InspectionResults, readInspection } from "../../../planning/inspection.js";
import { type Plan, planLoad } from "../../../planning/plan.js";
import type { Step } from "../../../planning/step.js";
import { inspection as inspectionOf } from "../../../sql/inspect.js";
import { literal } from "../../../sql/render.js";
import { defaultUsers, warehouseStatements } from "../../../sql/warehouse.js";
import { planInput, preparationOf } from "../fixture.js";
import type { Revision } from "./model.js";

export type Value = string | number | boolean | null;

/** What a step came to, as run-statements tells it. */
export type StepOutcome =
  | { readonly outcome: "done"; readonly results: readonly { readonly rows: readonly (readonly Value[])[] }[] }
  | { readonly outcome: "already_loaded" }
  | { readonly outcome: "refused"; readonly error: string; readonly message: string };

export interface Attempt {
  readonly batch: Pick<Revision, "partition" | "batchId" | "revision" | "place">;
  /** The rows that COPY finds: values in the order of the contract's columns. */
  readonly rows: readonly (readonly Value[])[];
  readonly isForced?: boolean;
  readonly execution?: string;
  /** Whether the rows were rejected when the batch was loaded. */
  readonly isReplay?: boolean;
  /** Of the key that hashed the rows. */
  readonly keyVersion?: string;
  /** Marks that the table may have from before. */
  readonly replaces?: readonly string[];
}

const replay = { run: "runs/x/", rejects: [], records: {} };

const loader = () => defaultUsers().loader;

/** A warehouse with Sluice's objects for some contracts; loads run as the loading user, COPY is fed from memory. */
export class TestWarehouse {
  readonly #warehouse: Warehouse;

  private constructor(warehouse: Warehouse) {
    this.#warehouse = warehouse;
  }

  static async open(contracts: readonly Contract[]): Promise<TestWarehouse> {
    const warehouse = new TestWarehouse(await Warehouse.open({ database: "analytics", masterUser: "admin" }));
    await warehouse.bootstrap(contracts);
    return warehouse;
  }

  stop = () => this.#warehouse.stop();
  session = (user: string): Promise<Session> => this.#warehouse.session(user);

  async bootstrap(contracts: readonly Contract[]): Promise<void> {
    await this.as("admin", async (session) => {
      for (const { sql, unless } of warehouseStatements(contracts)) {
        if (unless !== undefined && rowsOf(await session.run(unless)).length > 0) continue;
        await session.run(sql);
      }
    });
  }

  async as<Result>(user: string, work: (session: Session) => Promise<Result>): Promise<Result> {
    const session = await this.session(user);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  /** One statement by itself; its rows. */
  query = (user: string, sql: string) => this.as(user, async (session) => rowsOf(await session.run(sql)));

  async inspect(contract: Contract): Promise<Inspection> {
    return this.as(loader(), async (session) => {
      await session.begin();
      const results: { rows: Value[][] }[] = [];
      for (const sql of inspectionOf(contract).statements) results.push({ rows: rowsOf(await session.run(sql)) });
      await session.commit();
      return readInspection(InspectionResults.parse(results));
    });
  }

  /** @param found what an inspection has shown, when it is known to hold still */
  async plan(contract: Contract, attempt: Attempt, found?: Inspection): Promise<Plan> {
    const inspection = found ?? (await this.inspect(contract));
    const input = planInput(contract, { inspection, isForced: attempt.isForced ?? false });
    const { length } = attempt.rows;
    return planLoad({
      ...input,
      replaces: attempt.replaces ?? [],
      batch: attempt.batch,
      batchFile: {
        ...input.batchFile,
        execution: attempt.execution ?? "execution",
        ...(attempt.isReplay === true ? { replay } : {}),
      },
      report: {
        counts: { read: length, written: length, deduplicated: 0, rejected: 0 },
        copy_manifest: length === 0 ? null : "s3://processed/copy-manifest.json",
        protection: attempt.keyVersion === undefined ? null : { columns: [], key_version: attempt.keyVersion },
      },
    });
  }

  /**
   * Runs a step as run-statements does.
   * @param stopAfter ends the connection after so many statements: the crash of whoever runs them.
   */
  async run(step: Step, attempt: Attempt, stopAfter = Number.POSITIVE_INFINITY): Promise<StepOutcome | undefined> {
    return this.as(loader(), async (session) => {
      const results: { rows: Value[][] }[] = [];
      try {
        if (step.transaction) await session.begin();
        for (const [index, sql] of step.statements.entries()) {
          if (index >= stopAfter) return undefined;
          const done = await session.run(fedFromMemory(sql, attempt));
          if (done.result !== undefined) results.push({ rows: rowsOf(done) });
        }
        if (stopAfter === step.statements.length) return undefined;
        if (step.transaction) await session.commit();
        return { outcome: "done", results };
      } catch (error) {
        if (step.transaction) await session.rollback();
        return refusalOf(error);
      }
    });
  }

  /** A whole load, as load-partition goes through it. */
  async load(contract: Contract, attempt: Attempt): Promise<StepOutcome> {
    return this.follow(await this.plan(contract, attempt), attempt);
  }

  async follow(plan: Plan, attempt: Attempt): Promise<StepOutcome> {
    let outcome: StepOutcome | undefined;
    for (const step of [...preparationOf(plan), ...stepsOf(plan)]) {
      outcome = await this.run(step, attempt);
      if (outcome?.outcome !== "done") break;
    }
    if (outcome === undefined) throw new TypeError("the load has no step");
    if (outcome.outcome === "done" && plan.aggregates !== null) await this.run(plan.aggregates, attempt);
    return outcome;
  }
}

/** The steps of the branch, without preparation and aggregates. */
export function stepsOf(plan: Plan): readonly Step[] {
  if (plan.branch === "truncate") return [plan.fill, plan.truncate, plan.insert];
  return plan.branch === "swap" ? [plan.build, plan.swap] : [plan.load];
}

type Run = Awaited<ReturnType<Session["run"]>>;

/** Numbers and booleans as the Data API gives them (B7.2). */
export function rowsOf({ result }: Run): Value[][] {
  if (result === undefined) return [];
  return result.rows.map((row) =>
    row.map((value, index) => {
      const type = result.columns[index]?.typeName;
      if (value === null) return null;
      if (type === "bool") return value === "t" || value === "true";
      return type !== undefined && /^int[248]$/.test(type) ? Number(value) : String(value);
    }),
  );
}

/** COPY's rows by INSERT: the files themselves are the Glue job's business. */
function fedFromMemory(sql: string, { batch, rows }: Attempt): string {
  const into = /^COPY (\S+)\n/.exec(sql)?.[1];
  if (into === undefined) return sql;
  const values = rows.map((row) =>
    [...row, batch.place, "file"].map((value) => (typeof value === "number" ? `${value}` : literal(value).sql)),
  );
  return `INSERT INTO ${into} VALUES ${values.map((row) => `(${row.join(", ")})`).join(", ")}`;
}

function refusalOf(error: unknown): StepOutcome {
  const text = error instanceof Error || hasMessage(error) ? error.message : String(error);
  const [, name, message] = /^(?:ERROR: *)?sluice:([A-Za-z]+): ([^\n]*)/.exec(text) ?? [];
  if (name === undefined || message === undefined) throw error;
  return name === "AlreadyLoaded" ? { outcome: "already_loaded" } : { outcome: "refused", error: name, message };
}

const hasMessage = (error: unknown): error is { readonly message: string } =>
  typeof error === "object" && error !== null && "message" in error && typeof error.message === "string";
