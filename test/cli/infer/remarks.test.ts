import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { inferContract } from "../../../cli/infer/infer.js";
import { folder, infer, lines } from "./judged.js";

describe("what a load takes without a word is told", () => {
  const told: readonly [string, string, RegExp][] = [
    [
      "a delimiter that was lost before a quote",
      'name,what,note,qty\nAnn,hat,"red, big",1\nBob,boots"warm, dry",3\n',
      /1 record\(s\), such as 'Bob,boots"warm, dry",3', have a quote inside an unquoted field/,
    ],
    [
      "quotes that are data",
      `id,name,n\n${lines(30, (n) => `${n},Cafe ${n},7`)}31,"Cafe "Central"",7\n`,
      /1 record\(s\), such as '31,"Cafe "Central"",7', contain quotes, which are read as data/,
    ],
    [
      "backslashes that are dropped",
      'id,note\n1,"a \\"b\\""\n2,\\N\n3,C:\\temp\\new\n4,a\\\\b\n',
      /1 record\(s\), such as '3,C:\\temp\\new', have a backslash before a character other/,
    ],
  ];
  test.each(told)("%s", async (name, body, look) => {
    expect((await infer(`${name.replaceAll(" ", "-")}.csv`, body)).text).toMatch(look);
  });
});

test("rejects are told of the records that a load reads", async () => {
  const { text } = await infer("surrogate.json", '[{"id":1,"a":"ok"},{"id":2,"a":"\\ud800"},{"id":3,"a":"fine"}]');
  expect(text).toContain("rejects: { max: 1 } # look: this many of the sample's 3 records would be rejected");
});

test("a header with an empty name and a field more than every record is not guessed about", async () => {
  const files = [join(folder, "longer.csv")];
  writeFileSync(files[0] ?? "", "name,what,,qty\nAnn,boots,3\nBob,hat,4\n");
  await expect(inferContract({ files, source: "web", dataset: "d", hints: { header: true } })).rejects.toThrow(
    "'longer.csv' has 4 names in its header, one of them empty, but fewer fields in every record",
  );
});

test("files of one dataset may differ in what only some of them need: quotes, and fields left out at the end", async () => {
  const bodies = ['id,n,m\n1,"a, b",x\n2,c,y\n3,d,z\n', "id,n,m\n4,b,x\n5,c\n6,d,z\n"];
  const files = bodies.map((body, n) => {
    const file = join(folder, `part-${n}.csv`);
    writeFileSync(file, body);
    return file;
  });
  const { text, preview } = await inferContract({ files, source: "web", dataset: "d" });
  expect(parse(text).format).toEqual({ type: "csv", short_rows: "fill" });
  expect(preview.report.counts).toMatchObject({ read: 6, written: 6, rejected: 0 });
});

test("a JSON number with an exponent is a number, a text like it may be a code", async () => {
  const { text } = await infer("exponents.json", '[{"v":1e16,"code":"12E4"},{"v":2.5,"code":"120E3"}]');
  const types = parse(text).columns.map(({ name, type }: { name: string; type: string }) => [name, type]);
  expect(Object.fromEntries(types)).toEqual({ v: "double precision", code: "varchar(8)" });
});

test("one record says nothing about a key, and neither do columns that do not look like one", async () => {
  expect((await infer("one.csv", "id,name\n1,Ann\n")).text).toContain("# key: one record does not show");
  const { text } = await infer("keyless.json", '[{"v":1.5},{"v":2.5}]');
  expect(text).toContain("# key: no column with a value in every record looks like one");
});

test("a list of objects names the command that makes a second table of it, from the same files", async () => {
  const lines = (id: number) => [
    { line: 1, sku: "A" },
    { line: 2, sku: `B${id}` },
  ];
  const order = (id: number) => ({ id, placed: "2026-11-22", by: `c${id}`, to: "DE", lines: lines(id) });
  const body = JSON.stringify({ orders: [order(1), order(2)] });
  const { text } = await infer("shop.json", body);
  expect(text).toContain('#   sluice infer shop.json --records "orders.*.lines" --deliveries d --write');
  const files = [join(folder, "shop.json")];
  const second = await inferContract({ files, source: "web", deliveries: "d", hints: { records: "orders.*.lines" } });
  expect(parse(second.text)).toMatchObject({ dataset: "d_lines", deliveries: "d" });
  expect(parse(second.text).partition).toBeUndefined();
  expect(second.preview.report.counts).toMatchObject({ read: 4, written: 4 });
});
