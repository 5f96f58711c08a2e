import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { inferContract } from "../../../../cli/infer/infer.js";
import type { Hints } from "../../../../cli/infer/sample.js";
import { folder, lines } from "../judged.js";
import { japanese, payments, payroll, statement, stations } from "./real-files.js";

async function infer(name: string, bodies: readonly (string | Buffer)[], hints: Hints = {}) {
  const files = bodies.map((body, n) => {
    const file = join(folder, `${n}-${name}`);
    writeFileSync(file, body);
    return file;
  });
  const { text, preview } = await inferContract({ files, source: "web", dataset: "d", hints });
  const { format, columns } = parse(text);
  const { read, written, rejected } = preview.report.counts;
  return {
    text,
    format,
    columns: columns.map(({ name, from, type }: Record<string, string>) => `${name} ${from} ${type}`),
    counts: [read, written, rejected],
    first: preview.rows[0],
  };
}

describe("files as producers write them are loaded by the contract that is inferred", () => {
  test("NOAA's stations: an introduction, names over the columns", async () => {
    const { format, columns, counts } = await infer("isd-history.txt", [stations]);
    expect(format).toEqual({ type: "fixed", skip_lines: 7 });
    expect(columns).toEqual([
      "usaf 1-7 varchar(16)",
      "wban 8-13 varchar(8)",
      "station_name 14-43 varchar(64)",
      "ctry 44-48 varchar(8)",
      "lat 52-59 varchar(16)",
      "lon 60-68 varchar(16)",
      "elev_m 69-76 varchar(16)",
      "begin 77-85 integer",
      "end 86-93 integer",
    ]);
    expect(counts).toEqual([7, 7, 0]);
  });

  test("a bank's statement: columns that are mostly empty, a comma in texts, a total", async () => {
    const { format, columns, counts } = await infer("statement.txt", [statement]);
    expect(format).toEqual({ type: "fixed", skip_lines: 3, footer: "            TOTAL" });
    expect(columns).toEqual([
      "date 1-12 date",
      "description 13-39 varchar(64)",
      "debit 40-56 decimal(8,2)",
      "credit 57-74 decimal(8,2)",
      "balance 75-82 decimal(8,2)",
    ]);
    expect(counts).toEqual([6, 6, 0]);
  });

  test("a payroll without a blank between columns: header and trailer records are told by their first character", async () => {
    const { format, columns, counts, text } = await infer("payroll.dat", [payroll]);
    expect(format).toEqual({ type: "fixed", skip_lines: 1, footer: "T" });
    expect(columns).toEqual([
      "column_1 1-8 varchar(16)",
      "column_2 9-33 varchar(64)",
      "column_3 34-41 integer",
      "column_4 42-44 varchar(8)",
      "column_5 45-54 integer",
      "column_6 55 varchar(8)",
    ]);
    expect(counts).toEqual([28, 28, 0]);
    expect(text).toMatch(/# look: .*have no blank between them/);
  });

  test("bytes where characters have two of them", async () => {
    const { format, columns, counts } = await infer("shops.txt", [japanese], { encoding: "shift_jis" });
    expect(format).toEqual({ type: "fixed", unit: "bytes", encoding: "shift_jis" });
    expect(columns).toEqual(["column_1 1-9 varchar(16)", "column_2 10-15 varchar(16)", "column_3 16-35 integer"]);
    expect(counts).toEqual([5, 5, 0]);
  });

  test("two files: the longer value of one widens the column for both", async () => {
    const body = (n: number) =>
      `id     name\n${lines(6, (i) => `${String(i * n).padEnd(7)}Town ${"x".repeat(i + n)}`)}`;
    const { columns, counts } = await infer("towns.txt", [body(1), body(9)]);
    expect(columns).toEqual(["id 1-7 integer", "name 8-26 varchar(32)"]);
    expect(counts).toEqual([12, 12, 0]);
  });
});

describe("what cannot be told", () => {
  const packed = lines(5, (n) => `${n}1122334455667788990011223344556677889${n}`);

  test("records of several layouts", async () => {
    await expect(infer("ach.txt", [payments])).rejects.toThrow(
      /records of several layouts; their lines begin with '1' \(1\), '5' \(2\), '6' \(6\), .* split the file by its first character/,
    );
  });

  test("lines of digits, until their ranges are said", async () => {
    await expect(infer("packed.txt", [packed])).rejects.toThrow(
      /where its columns begin cannot be told.*--fixed 1-10,11-18/,
    );
    const { columns, counts } = await infer("packed.txt", [packed], { fixed: "1,2-9,10-39", header: false });
    expect(columns.map((column: string) => column.split(" ")[1])).toEqual(["1", "2-9", "10-39"]);
    expect(counts).toEqual([5, 5, 0]);
  });

  test("ranges that are none", async () => {
    await expect(infer("packed.txt", [packed], { fixed: "1-5,9-6" })).rejects.toThrow("--fixed '9-6' is not a range");
  });

  test.each([
    ["prose", "It was the best of times,\nit was the worst of times,\nit was the age of wisdom\n"],
    ["CSV of one length", lines(9, (n) => `2026-01-0${n % 9} 08:15:00,1${n}.50,AB`)],
    ["fields between single blanks", lines(9, (n) => `${n} ab ${n}`)],
  ])("%s is not fixed width", async (name, body) => {
    const { format } = await infer(`${name.replaceAll(" ", "-")}.txt`, [body], { header: false }).catch((error) => ({
      format: String(error.name),
    }));
    expect(format.type ?? format).not.toBe("fixed");
  });
});
