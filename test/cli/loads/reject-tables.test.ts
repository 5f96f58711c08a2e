import { expect, test } from "@jest/globals";
import { cutNote, rejectSummary, rejectTable } from "../../../cli/loads/reject-tables.js";
import { narrowed, type RejectedRow } from "../../../cli/loads/rejected-rows.js";

const row = (record_number: number, more: Partial<RejectedRow> = {}): RejectedRow => ({
  reason: "wrong_type",
  column: "amount",
  rule: "integer",
  message: `column 'amount': 'x${record_number}' is not an integer`,
  source_file: "orders/2026/11/22/a.csv",
  record_number,
  line_number: record_number + 1,
  raw: `${record_number},x`,
  raw_truncated: false,
  batch_id: "b",
  partition: "2026-11-22",
  replayed: null,
  ...more,
});

const rows = [
  row(1),
  row(2),
  row(3),
  row(4),
  row(9, { reason: "check_failed", column: null, rule: "positive", message: "the check 'positive' is not true" }),
  row(5, { source_file: "orders/2026/11/22/b.zip!in/c.csv", line_number: null }),
];

test("the summary counts by reason, column and file, the most frequent first, and says where", () => {
  expect(rejectSummary(rows, undefined).split("\n")).toEqual([
    "6 rejected, in 2 files:",
    "records  reason        column    file   where           for example",
    "      4  wrong_type    amount    a.csv  line 2, 3, 4 …  column 'amount': 'x1' is not an integer",
    "      1  check_failed  positive  a.csv  line 10         the check 'positive' is not true",
    "      1  wrong_type    amount    c.csv  record 5        column 'amount': 'x5' is not an integer",
  ]);
});

test("the table shows lines beside records where any record has one", () => {
  expect(rejectTable(rows.slice(0, 1), undefined)).toMatch(/file {3}record {2}line {2}message/);
  expect(rejectTable(rows.slice(5), undefined)).not.toMatch(/ line /);
});

test("raw text that was cut is not taken for the whole record", () => {
  expect(cutNote(rows)).toBeUndefined();
  expect(cutNote([...rows, row(7, { raw_truncated: true })])).toBe(
    "The raw text of 1 record was cut at 1 MB (raw_truncated). The landing files have it whole, and sluice replay reads those.",
  );
});

test("a reason and a file narrow them: by key, by name, or by a member's own name", () => {
  const numbers = (which: Parameters<typeof narrowed>[1]) => narrowed(rows, which).map((each) => each.record_number);
  expect(numbers({ reason: "check_failed" })).toEqual([9]);
  expect(numbers({ file: "orders/2026/11/22/a.csv", reason: "wrong_type" })).toEqual([1, 2, 3, 4]);
  expect(numbers({ file: "a.csv" })).toEqual([1, 2, 3, 4, 9]);
  expect(numbers({ file: "in/c.csv" })).toEqual([5]);
  expect(numbers({ file: "c.csv" })).toEqual([5]);
  expect(numbers({ file: "d.csv" })).toEqual([]);
});
