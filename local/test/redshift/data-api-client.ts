import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Principal, Shape } from "../../call/call.js";
import { createRedshiftServices, type RedshiftOptions, type RedshiftServices } from "../../redshift/service.js";
import { ADMIN_SECRET, CLUSTER, type FakeAccount, fakeAccount, LOADER } from "./fake-account.js";

/** Redshift under a fake account, with helpers that submit and wait. */
export interface Api {
  readonly account: FakeAccount;
  readonly services: RedshiftServices;
  send(operation: string, input: Shape, principal?: Principal): Promise<Shape>;
  /** Submits one statement or a batch as the admin, and describes it when it is over. */
  run(sql: string | readonly string[], extra?: Shape): Promise<Shape>;
  /** Waits until a statement is over. */
  over(id: unknown, principal?: Principal): Promise<Shape>;
  rows(sql: string): Promise<unknown[][]>;
  stop(): Promise<void>;
}

const OVER = ["FINISHED", "FAILED", "ABORTED"];

export function makeStateFolder(): string {
  return mkdtempSync(path.join(tmpdir(), "local-account-redshift-"));
}

export function fieldValue(field: Shape): unknown {
  if (field.isNull === true) return null;
  return field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue;
}

function asShapes(value: unknown): Shape[] {
  return Array.isArray(value) ? value : [];
}

export async function openApi(stateFolder = makeStateFolder(), options: RedshiftOptions = {}): Promise<Api> {
  const account = fakeAccount(stateFolder);
  const services = createRedshiftServices(account, options);
  account.serve(services.redshift);
  await services.redshift.start?.();
  await services.dataApi.start?.();
  const send = async (operation: string, input: Shape, principal: Principal = LOADER): Promise<Shape> => {
    const body = services.dataApi.operations[operation] ?? services.redshift.operations[operation];
    if (body === undefined) throw new Error(`no operation ${operation}`);
    return body(input, { principal });
  };
  const over = async (id: unknown, principal: Principal = LOADER): Promise<Shape> => {
    for (;;) {
      const found = await send("DescribeStatement", { Id: id }, principal);
      if (OVER.includes(String(found.Status))) return found;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const common = { ClusterIdentifier: CLUSTER, Database: "analytics", SecretArn: ADMIN_SECRET };
  const run = async (sql: string | readonly string[], extra: Shape = {}): Promise<Shape> => {
    const submitted =
      typeof sql === "string"
        ? await send("ExecuteStatement", { ...common, Sql: sql, ...extra })
        : await send("BatchExecuteStatement", { ...common, Sqls: sql, ...extra });
    return over(submitted.Id);
  };
  const rows = async (sql: string): Promise<unknown[][]> => {
    const done = await run(sql);
    if (done.Status !== "FINISHED") throw new Error(String(done.Error));
    const result = await send("GetStatementResult", { Id: done.Id });
    return asShapes(result.Records).map((record) => asShapes(record).map(fieldValue));
  };
  const stop = async (): Promise<void> => {
    await services.dataApi.stop?.();
    await services.redshift.stop?.();
  };
  return { account, services, send, run, over, rows, stop };
}

export { asShapes };
