import { describe, expect, test } from "@jest/globals";
import type { Contract } from "../../contract/contract.js";
import { checkReport } from "../../functions/check-report/check-report.js";
import type { Report } from "../../run-folder/report.js";
import { errorOf, folder, sampleBatchFile, sampleContract, sampleReport } from "./samples.js";

const tolerant: Contract = { ...sampleContract(), rejects: { max_rows: 1 } };
const check = (report: Report, contract = tolerant, batchFile = sampleBatchFile()) =>
  checkReport({ report, batchFile, contract, runId: "jr_1", reportFile: "s3://processed/report.json" });

const [a, b] = sampleReport().files;
if (a === undefined || b === undefined) throw new Error("the sample has two files");

describe("a report that balances", () => {
  test("gives its counts; absent optional files become warnings", () => {
    const batchFile = sampleBatchFile({ left_out: [`${folder}c.json`] });
    expect(check(sampleReport({ warnings: ["unknown column x"] }), tolerant, batchFile)).toEqual({
      counts: { read: 10, written: 7, deduplicated: 2, rejected: 1 },
      warnings: ["unknown column x", `The optional file ${folder}c.json is missing and was left out.`],
    });
  });

  test("a percentage is of the records read: 1 of 10 passes 10%, not 9.9%", async () => {
    expect(check(sampleReport(), { ...tolerant, rejects: { max_percent: 10 } }).counts.rejected).toBe(1);
    const error = await errorOf(() => check(sampleReport(), { ...tolerant, rejects: { max_percent: 9.9 } }));
    expect(error.name).toBe("TooManyRejected");
  });
});

describe("a report that does not balance is Unbalanced", () => {
  const cases: [string, Partial<Report>][] = [
    ["another Glue run", { run_id: "jr_2" }],
    ["another revision", { revision: "r2" }],
    ["a record lost in all", { counts: { read: 11, written: 7, deduplicated: 2, rejected: 1 } }],
    [
      "a record lost in a file",
      {
        files: [
          { ...a, read: 7 },
          { ...b, read: 3 },
        ],
      },
    ],
    ["sums over files that differ from the total", { files: [{ ...a, read: 7, written: 6 }, b] }],
    ["a file without counts", { files: [{ ...a, read: 10, written: 7, deduplicated: 2, rejected: 1 }] }],
    ["a file that is not of the batch", { files: [a, { ...b, key: `${folder}c.json` }] }],
    ["Parquet with fewer rows", { output: [{ key: "x", content_length: 1, rows: 6 }] }],
    ["a rejected record that is not kept", { rejects: [] }],
    ["a rejected record without reason", { rejected_by_code: {} }],
    ["no manifest for COPY", { copy_manifest: null }],
  ];
  test.each(cases)("%s", async (_name, change) => {
    const error = await errorOf(() => check(sampleReport(change)));
    expect(error.name).toBe("Unbalanced");
    expect(error.message).toContain("s3://processed/report.json");
  });
});

describe("refusals", () => {
  test("the job's verdict comes first", async () => {
    const verdict = { error: "FileUnreadable", message: "a.json is no JSON", file: `${folder}a.json` } as const;
    const error = await errorOf(() => check(sampleReport({ verdict, files: [] })));
    expect(error).toEqual({ name: "FileUnreadable", message: "a.json is no JSON" });
  });

  test("FileMismatch when a file has not the promised number of records", async () => {
    const files = sampleBatchFile().files.map((file) => ({ ...file, record_count: 6 }));
    const error = await errorOf(() => check(sampleReport(), tolerant, sampleBatchFile({ files })));
    expect(error.name).toBe("FileMismatch");
    expect(error.message).toContain(`${folder}b.json: record_count is 6, but the file has 4 records`);
  });

  test("TooManyRejected names the codes, the limit and the remedy", async () => {
    const error = await errorOf(() => check(sampleReport(), sampleContract()));
    expect(error.name).toBe("TooManyRejected");
    expect(error.message).toContain("1 of 10 records were rejected (wrong_type 1); the contract allows 0");
  });

  test("TooManyRejected says once how a file looks that is otherwise declared", async () => {
    const hints = ["every record has 3 fields, the header 4 (in 'a.csv')"];
    const error = await errorOf(() => check(sampleReport({ hints }), sampleContract()));
    expect(error.message).toContain(
      "the contract allows 0. Observed in the files: every record has 3 fields, the header 4",
    );
  });

  test("EmptyRefresh when a refresh would write nothing, unless the contract allows it", async () => {
    const empty = sampleReport({
      counts: { read: 0, written: 0, deduplicated: 0, rejected: 0 },
      files: [],
      output: [],
      rejects: [],
      rejected_by_code: {},
      copy_manifest: null,
    });
    const batchFile = sampleBatchFile({ files: [] });
    const refresh = sampleContract({ mode: "replace", key: [] });
    expect((await errorOf(() => check(empty, refresh, batchFile))).name).toBe("EmptyRefresh");
    const allowed = sampleContract({ mode: "replace", key: [], allow_empty: true });
    expect(check(empty, allowed, batchFile).counts.written).toBe(0);
    expect(check(empty, sampleContract(), batchFile).counts.written).toBe(0);
  });
});

test("records with rescued values have a limit of their own", async () => {
  const rescued = {
    records: 4,
    errors: 2,
    cut: 0,
    columns: { amount: { wrong_type: 2 } },
    needs: {},
    unknown: { x: 2 },
  };
  const report = sampleReport({ rescued });
  expect(check(report, { ...tolerant, rescued: null }).counts.written).toBe(7);
  expect(check(report, { ...tolerant, rescued: { max_rows: 2 } }).counts.written).toBe(7);
  const error = await errorOf(() => check(report, { ...tolerant, rescued: { max_percent: 19 } }));
  expect(error.name).toBe("TooManyRejected");
  expect(error.message).toContain(
    "2 of 10 records have values that do not fit (amount: wrong_type 2); the contract lets 19% of the records be rescued",
  );
});
