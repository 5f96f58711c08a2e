import "../../functions/quiet.js";
import { DescribeStatementCommand, RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import { GetExecutionHistoryCommand, type HistoryEvent, SFNClient } from "@aws-sdk/client-sfn";
import { beforeEach, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { historyTable } from "../../../cli/commands/history.js";
import type { BatchLife } from "../../../cli/loads/batch-life.js";
import { lifeText } from "../../../cli/loads/life-text.js";
import { sqlSteps } from "../../../cli/loads/sql-steps.js";
import { loadArn, sessionOf } from "../session.js";

const stepFunctions = mockClient(SFNClient);
const warehouse = mockClient(RedshiftDataClient);
const { clients } = sessionOf([]);
const parent = loadArn("quakes-1");
const child = `${parent}-child`;

const event = (details: Partial<HistoryEvent>): HistoryEvent => ({
  id: 1,
  timestamp: new Date(0),
  type: "TaskScheduled",
  ...details,
});
const task = { resource: "x", resourceType: "y", region: "eu-west-1" };
const scheduled = (parameters: object) =>
  event({ taskScheduledEventDetails: { ...task, parameters: JSON.stringify(parameters) } });
const submitted = scheduled({ Sqls: ["LOCK x", "MERGE y"], StatementName: "token" });
const started = event({ taskSubmittedEventDetails: { ...task, output: JSON.stringify({ ExecutionArn: child }) } });
const succeeded = (output: object) => event({ taskSucceededEventDetails: { ...task, output: JSON.stringify(output) } });

function given(...events: readonly HistoryEvent[]) {
  const Input = { label: "quakes 2026-11-22: upsert the rows", statements: ["LOCK x", "MERGE y"] };
  stepFunctions
    .on(GetExecutionHistoryCommand, { executionArn: parent })
    .resolves({ events: [scheduled({ StateMachineArn: "m", Input }), started] })
    .on(GetExecutionHistoryCommand, { executionArn: child })
    .resolves({ events: [...events] });
}

beforeEach(() => {
  stepFunctions.reset();
  warehouse.reset();
});

test("the statements of a load, each with its own duration in the warehouse", async () => {
  given(submitted, succeeded({ statementId: "s1" }), scheduled({ Id: "s1:2" }));
  warehouse.on(DescribeStatementCommand, { Id: "s1" }).resolves({
    Id: "s1",
    SubStatements: [
      { Id: "s1:1", Duration: 2_000_000, ResultRows: 0, Status: "FINISHED" },
      { Id: "s1:2", Duration: 3_500_000_000, ResultRows: 7, Status: "FINISHED" },
    ],
  });
  expect(await sqlSteps(clients, parent)).toMatchObject([
    { step: "quakes 2026-11-22: upsert the rows", sql: "LOCK x", seconds: 0.002, rows: 0 },
    { sql: "MERGE y", seconds: 3.5, rows: 7, status: "FINISHED" },
  ]);
});

test("one that failed is told by the warehouse's own words", async () => {
  const failed = event({ taskFailedEventDetails: { ...task, error: "StatementNotFinished", cause: "s2" } });
  // Then who holds the lock is asked, which is none of the load's statements.
  given(
    submitted,
    failed,
    scheduled({ Id: "s2" }),
    scheduled({ Sql: "CALL sluice.lock_holders()" }),
    succeeded({ Id: "s3" }),
  );
  const parts = [{ Status: "FINISHED" as const }, { Status: "FAILED" as const, Error: "ERROR: no such column" }];
  warehouse.on(DescribeStatementCommand, { Id: "s2" }).resolves({
    Id: "s2",
    SubStatements: parts.map((part, index) => ({ Id: `s2:${index + 1}`, ...part })),
  });
  expect(await sqlSteps(clients, parent)).toMatchObject([
    { status: "FINISHED", error: null },
    { status: "FAILED", error: "ERROR: no such column" },
  ]);
});

test("what the Data API does not tell any more is not known, and the SQL still there", async () => {
  given(submitted, succeeded({ statementId: "old" }));
  warehouse.on(DescribeStatementCommand).rejects(new Error("gone"));
  expect((await sqlSteps(clients, parent)).map(({ sql, seconds }) => [sql, seconds])).toEqual([
    ["LOCK x", null],
    ["MERGE y", null],
  ]);
});

const counts = { read: 4, written: null, deduplicated: 0, rejected: 1 };
const none = { inserted: null, updated: null, deleted: null, outdated: null, removed: null };
const refused: BatchLife = {
  dataset: "orders",
  partition: "2026-11-22",
  batch_id: "9f86d081884c7d659a2feaa0c55ad015",
  outcome: "refused",
  error: "TooManyRejected",
  message: "1 of 4 records is rejected, 0 are allowed. Correct them and deliver the batch again.",
  counts: { ...counts, ...none },
  warnings: ["the column 'note' is not in the contract"],
  execution: loadArn("orders-20261122-eb5ac02724ac"),
  seconds: 12.34,
  manifest: "s3://landing/orders/2026/11/22/_manifest.json",
  revision: "20261122T061500Z-0000-1a2b3c4d",
  run_folder: "s3://processed/runs/orders/",
  files: [
    { key: "orders/2026/11/22/orders.csv", size: 120, read: 4, written: 3, deduplicated: 0, rejected: 1, form: null },
  ],
  dialect: null,
  conversion: {
    engine: "glue",
    why: "the contract says so",
    handed_over: null,
    seconds: 3.21,
    gb_seconds: null,
    dpu_seconds: 140,
  },
  rejected_by_code: { wrong_type: 1 },
  rescued: {
    ...{ records: 2, errors: 1, cut: 0, columns: { amount: { wrong_type: 1 } } },
    ...{ needs: { amount: { bytes: 3, digits: 0, scale: 0, others: 1 } }, unknown: { colour: 1 } },
  },
  states: [
    { state: "Validate the manifest", seconds: 0.4 },
    { state: "Is it refused?", seconds: 0 },
  ],
  statements: [
    {
      step: "orders 2026-11-22: inspect",
      batch_seconds: 0.4,
      sql: "SELECT\n  1",
      seconds: 0.0121,
      rows: 9,
      status: "FINISHED",
      error: null,
    },
  ],
  executions: [],
  next: {
    who: "The producer corrects the delivery.",
    commands: ["sluice rejects orders --partition 2026-11-22"],
    runbook: "TooManyRejected",
    runbook_page: "docs/runbook.md#toomanyrejected",
  },
};
const attempt = { ...refused, started: "2026-11-22T06:15:02.123Z", redrives: 1 };

test("a batch's life: what became of it and what to type stand first", () => {
  expect(lifeText({ ...refused, executions: [attempt] }, 80)).toMatchInlineSnapshot(`
"orders 2026-11-22  refused: TooManyRejected
  1 of 4 records is rejected, 0 are allowed. Correct them and deliver the batch
  again.

batch     9f86d081884c7d659a2feaa0c55ad015
manifest  s3://landing/orders/2026/11/22/_manifest.json
revision  20261122T061500Z-0000-1a2b3c4d
run       s3://processed/runs/orders/
counts    read 4, deduplicated 0, rejected 1
converted glue, 3.2 s, 140 DPU-seconds (the contract says so)
warning   the column 'note' is not in the contract

what next
  The producer corrects the delivery.
  $ sluice rejects orders --partition 2026-11-22
  docs/runbook.md#toomanyrejected

execution                     started               outcome       redrives  seconds
orders-20261122-eb5ac02724ac  2026-11-22T06:15:02Z  refused: To…         1     12.3

file        bytes  read  written  deduplicated  rejected
orders.csv    120     4        3             0         1

rejected because  records
wrong_type              1

in _rescued  because              records
amount       wrong_type                 1
colour       not in the contract        1

state                  seconds
Validate the manifest      0.4

for      in all  statement  seconds  rows
inspect     0.4  SELECT 1     0.012     9"
`);
});

test("a batch that the Lambda converted, and one that it left to Glue", () => {
  const lambda = { ...refused.conversion, engine: "lambda" as const, why: null, gb_seconds: 1.234, dpu_seconds: null };
  const converted = (conversion: BatchLife["conversion"]) =>
    lifeText({ ...refused, conversion }, undefined)
      .split("\n")
      .filter((line) => /^converted|the Lambda/.test(line));
  const given = { handed_over: null, seconds: 0.351 };
  expect(converted({ ...lambda, ...given })).toEqual(["converted lambda, 0.4 s, 1.2 GB-seconds"]);
  const left = {
    engine: "glue" as const,
    why: "x",
    handed_over: "Sandbox.Timedout: {}",
    seconds: 70,
    gb_seconds: null,
  };
  expect(converted({ ...left, dpu_seconds: null })).toEqual([
    "converted glue, 70.0 s (x)",
    "          handed over from the Lambda to Glue: Sandbox.Timedout: {}",
  ]);
  expect(converted(null)).toEqual([]);
});

test("how the files were read: the dialect once, then packing, encoding and lines that are no records", () => {
  const dialect = { delimiter: "\t", quote: null, escape: "backslash", quotes: "lenient", header: "find" };
  const none = { read: null, written: null, deduplicated: null, rejected: null };
  const member = { key: "d/b.zip!x/one.csv", read: 2, form: { encoding: "utf-8", byte_order_mark: true } };
  const files = [
    {
      key: "d/a.csv",
      size: 1,
      ...none,
      form: {
        compression: "gzip",
        encoding: "windows-1252",
        preamble_lines: 3,
        lines_after_header: 1,
        footer_lines: 2,
      },
    },
    { key: "d/b.zip", size: 1, ...none, form: { compression: "zip", members: [member], passed_over: ["__MACOSX/"] } },
    { key: "d/c.csv", size: 1, ...none, form: null },
  ];
  expect(lifeText({ ...refused, files, dialect }, 140)).toContain(`
dialect   delimiter tab, quote none, escape backslash, header find
file   read as
a.csv  gzip, windows-1252, 3 preamble lines, 1 skipped line, 2 footer lines
b.zip  zip; members x/one.csv (2 records, utf-8 with BOM); passed over __MACOSX/
`);
});

test("the history names a partition and a manifest once", () => {
  const entry = { ...attempt, manifest: refused.manifest };
  const later = { ...entry, started: "2026-11-22T08:00:00Z", outcome: "loaded" as const, error: undefined };
  const { error: _, ...loaded } = later;
  expect(historyTable([entry, loaded], 140)).toMatchInlineSnapshot(`
"partition   manifest        started               outcome                   written  rejected  seconds  execution
2026-11-22  _manifest.json  2026-11-22T06:15:02Z  refused: TooManyRejected                  1     12.3  orders-20261122-eb5ac02724ac
                            2026-11-22T08:00:00Z  loaded                                    1     12.3  orders-20261122-eb5ac02724ac"
`);
});
