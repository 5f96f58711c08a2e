import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { draftContract } from "../../../../cli/infer/infer.js";
import { styles, type Table, written } from "./layouts.js";

const folder = mkdtempSync(join(tmpdir(), "sluice-fixed-"));
const data = join(process.cwd(), "node_modules", "vega-datasets", "data");

/** Real tables, so many rows of each: few columns to many, texts with blanks, codes, dates, numbers of all kinds. */
const sources: Readonly<Record<string, number>> = {
  "airports.csv": 60,
  "birdstrikes.csv": 40,
  "github.csv": 80,
  "la-riots.csv": 50,
  "lookup_people.csv": 9,
  "population_engineers_hurricanes.csv": 50,
  "seattle-weather.csv": 200,
  "sp500-2000.csv": 100,
  "species.csv": 60,
  "stocks.csv": 150,
  "us-employment.csv": 60,
  "weather.csv": 120,
  "zipcodes.csv": 120,
};

/** Of the 13 tables, how many have all of their columns found, each with exactly its values. */
const right: Readonly<Record<string, number>> = {
  "two blanks, header": 13,
  "one blank, header": 12,
  "one blank, header, ends cut": 12,
  "one blank, no header": 10,
  "all to the right, as pandas": 13,
  "all to the left": 13,
  "a line of dashes, as SQL*Plus": 13,
  "titles and a total": 13,
};

function tableOf(file: string, count: number): Table {
  const [head = "", ...lines] = readFileSync(join(data, file), "utf8").trimEnd().split(/\r?\n/);
  const names = head.split(",").map((name) => name.replaceAll('"', "").trim() || "n");
  const rows = lines.filter((line) => !line.includes('"')).map((line) => line.split(",").map((field) => field.trim()));
  return { names, rows: rows.filter((row) => row.length === names.length).slice(0, count) };
}

async function draft(name: string, text: string) {
  const file = join(folder, `${name.replaceAll(/\W+/g, "-")}.txt`);
  writeFileSync(file, text);
  return draftContract({ files: [file], source: "web", dataset: "d" });
}

/** Whether every column that has values is there as one column, with exactly its values. */
async function isFound(name: string, table: Table, text: string): Promise<boolean> {
  const { sample, columns } = await draft(name, text);
  const found = new Set(
    columns.map(({ values, guess: { nulls = [] } }) =>
      JSON.stringify(values.map((value) => (value === null || nulls.includes(value) ? "" : value))),
    ),
  );
  const isThere = (at: number) => {
    const values = table.rows.map((row) => (row[at] ?? "").normalize("NFC"));
    return values.every((value) => value === "") || found.has(JSON.stringify(values));
  };
  return sample.format.type === "fixed" && table.names.every((_, at) => isThere(at));
}

test.each(Object.entries(right))("%s: the columns of %i of 13 real tables", async (style, expected) => {
  const form = styles[style];
  if (form === undefined) throw new Error(style);
  const found: string[] = [];
  for (const [source, count] of Object.entries(sources)) {
    const table = tableOf(source, count);
    if (await isFound(`${style} ${source}`, table, written(table, form)).catch(() => false)) found.push(source);
  }
  expect({ style, right: found.length }).toEqual({ style, right: expected });
});

test("without a blank between columns no record is left out, and every doubt is told", async () => {
  const form = styles["no blanks, no header"];
  if (form === undefined) throw new Error();
  const told: string[] = [];
  for (const [source, count] of Object.entries(sources)) {
    const table = tableOf(source, count);
    const result = await draft(`tight ${source}`, written(table, form)).catch((error) => String(error.name));
    if (typeof result === "string") told.push(`${source}: ${result}`);
    else if (result.sample.format.type !== "fixed") told.push(`${source}: ${result.sample.format.type}`);
    else {
      expect([source, result.sample.records]).toEqual([source, table.rows.length]);
      if (!result.sample.notes.some((note) => /no blank between|may be (?:one|several) column/.test(note)))
        told.push(`${source}: nothing`);
    }
  }
  // Nine lines of eleven characters are as well fields between blanks.
  expect(told).toEqual(["lookup_people.csv: csv"]);
});
