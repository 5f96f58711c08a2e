import { describe, expect, test } from "@jest/globals";
import { compileContract } from "../../contract/compile.js";
import { DatasetFile } from "../../contract/schema.js";
import { answersOf } from "../../functions/count-batch-checks/answers.js";

const contractOf = (dataset: string, more: object = {}) =>
  compileContract(
    DatasetFile.parse({
      dataset,
      source: "shop",
      partition: "hour",
      format: { type: "csv" },
      columns: [{ name: "id", type: "integer" }],
      table: { name: `sales.${dataset}` },
      load: { mode: "append" },
      ...more,
    }),
  );
const contracts = {
  orders: contractOf("orders", {
    batch_checks: {
      total: { sql: "sum(id) > 0" },
      one_id: { unique: ["id"] },
      usual: { sql: "count(*) > 1", severity: "warn" },
    },
  }),
};
const ended = (detail: Record<string, unknown>, dataset = "orders") =>
  answersOf(
    {
      region: "eu-west-1",
      time: "2026-11-30T06:00:00Z",
      detail: {
        executionArn: "arn:aws:states:eu-west-1:111111111111:execution:shop-web-load-partition:orders-1",
        name: "orders-1",
        input: JSON.stringify({ dataset }),
        ...detail,
      },
    },
    contracts,
  );
const succeeded = (outcome: string, batchChecks: readonly string[], dataset?: string) =>
  ended({ status: "SUCCEEDED", output: JSON.stringify({ outcome, batchChecks }) }, dataset);
const answer = (check: string, hasPassed: boolean, isWarning = false) => ({ check, hasPassed, isWarning });

describe("a loaded batch", () => {
  test("tells what each of its checks found", () => {
    expect(succeeded("loaded", ["total passed: 3 rows", "usual warns: 1 rows, warns: it"])).toEqual({
      dataset: "orders",
      answers: [answer("total", true), answer("usual", false, true)],
    });
  });

  test("is counted once: not when it was there already, nor without checks", () => {
    expect(succeeded("already_loaded", ["total passed: 3 rows"])).toBeUndefined();
    expect(succeeded("loaded", [], "returns")).toBeUndefined();
    expect(ended({ status: "SUCCEEDED" })).toBeUndefined();
  });
});

describe("a batch that its checks refused", () => {
  const refused = (cause: string, error = "BatchCheckFailed") => ended({ status: "FAILED", error, cause });

  test("tells which refused it; what the others warned of is gone with the transaction", () => {
    const cause =
      "batch 1a2b of orders does not pass: one_id (2 values of id occur in more than one row). Nothing was changed.";
    expect(refused(cause)?.answers).toEqual([answer("total", true), answer("one_id", false)]);
    expect(refused(cause.replace("one_id (", "one_id (2), total ("))?.answers).toEqual([
      answer("total", false),
      answer("one_id", false),
    ]);
  });

  test("is nothing else that fails, nor SQL that fails on the data: no check has an answer then", () => {
    expect(refused("the warehouse is paused", "StatementFailed")).toBeUndefined();
    expect(refused("batch 1a2b of orders: a check of it fails: division by zero")?.answers).toEqual([]);
  });
});
