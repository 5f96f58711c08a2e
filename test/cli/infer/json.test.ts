import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { infer } from "./judged.js";

const places = (text: string) =>
  parse(text)
    .columns.map(({ name, from = name }: { name: string; from?: string }) => `${name}=${from}`)
    .join(" ");

describe("records that are arrays", () => {
  const tables: readonly [string, string, object, string][] = [
    [
      "rows beside their names",
      '{"columns":["state","pop"],"rows":[["Alabama",5024279],["Alaska",733391],[null,null]]}',
      { records: "rows" },
      "state=[0] pop=[1]",
    ],
    [
      "rows of numbers, named by a schema",
      '{"schema":{"fields":[{"name":"x","type":"INT"},{"name":"y"}]},"data":[[1,2],[3,4],[5,6]]}',
      { records: "data" },
      "x=[0] y=[1]",
    ],
    ["lines", '[1,"a"]\n[2,"b"]\n[3,null]\n', {}, "column_1=[0] column_2=[1]"],
    ["rows without names", '[[1,"a","x"],[2,"b","y"]]', { records: "*" }, "column_1=[0] column_2=[1] column_3=[2]"],
  ];
  test.each(tables)("%s", async (name, body, form, columns) => {
    const { text, format, read, rejected } = await infer(`${name.replaceAll(" ", "-")}.json`, body);
    expect(format).toEqual({ type: "json", ...form });
    expect(places(text)).toBe(columns);
    expect([read > 1, rejected]).toEqual([true, 0]);
  });

  test("a first record of names is told, and is the one that is rejected", async () => {
    const body = '[["NAME","POP"],["Alabama","5024279"],["Alaska","733391"]]';
    const { text, read, rejected, rejects } = await infer("census.json", body);
    expect(places(text)).toBe("name=[0] pop=[1]");
    expect(text).toContain("look: census.json: the first record contains the columns' names");
    expect([read, rejected, rejects]).toEqual([3, 1, { max: 1 }]);
  });

  test("points are no records", async () => {
    const { format } = await infer("point.json", '{"type":"LineString","coordinates":[[0,0],[1,1],[2,2]]}');
    expect(format).toEqual({ type: "json" });
  });
});

describe("several values on a line", () => {
  test("where all are whole, each is read", async () => {
    const { text, format, read, rejected } = await infer("two.json", '{"a":1}\n{"a":2}{"a":3}\n{"a":4}\n');
    expect(format).toEqual({ type: "json", concatenated: true });
    expect([read, rejected]).toEqual([4, 0]);
    expect(text).toContain('1 line(s), such as \'{"a":2}{"a":3}\', hold several values one after another');
  });

  test("beside lines that are broken they are told apart", async () => {
    const good = Array.from({ length: 40 }, (_, n) => `{"a":${n}}\n`).join("");
    const { text, format, rejected } = await infer("both.json", `${good}{"a":41}{"a":42}\n{"a":\n`);
    expect(format).toEqual({ type: "json" });
    expect(rejected).toBe(2);
    expect(text).toContain("2 of 42 lines are not JSON objects");
    expect(text).toContain("hold several values one after another; concatenated: true reads each");
  });
});

test("mixed content is shown in the order of the document", async () => {
  const body = "<s><a><t>one <b>two</b> three <![CDATA[<4>]]></t></a><a><t>plain</t></a></s>";
  expect((await infer("mixed.xml", body)).text).toContain("such as 'one two three <4>'");
});
