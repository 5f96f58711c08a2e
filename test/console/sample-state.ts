import type { StateDetail } from "../../console/model/state-detail.js";

/** A state that was tried twice, and ran SQL. */
export const sampleState = (state: string): StateDetail => ({
  state,
  tries: [
    {
      ...{ startedAt: "2026-11-25T01:16:26.000Z", seconds: 1.2, error: "ActiveStatementsExceeded" },
      cause: "There are 500 statements already.",
    },
    { ...{ startedAt: "2026-11-25T01:16:31.000Z", seconds: 42.6, error: "StatementFailed" }, cause: "Disk full" },
  ],
  calls: "states:startExecution.sync:2 shop-run-statements",
  runIds: [{ kind: "statement", id: "d9b6c0c9-0747-4bf4-b142-e8883122f766" }],
  input: '{"dataset":"orders_emea","rows":48211}',
  output: null,
  statements: [
    { sql: "LOCK sluice.lock_orders", seconds: 0.1, rows: null, status: "FINISHED", error: null },
    { sql: "MERGE INTO shop.orders", seconds: 41, rows: null, status: "FAILED", error: "Disk full" },
  ],
  log: { group: "/aws/lambda/shop-plan-load", command: "aws logs tail /aws/lambda/shop-plan-load --since 2026" },
});
