import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { membersOf } from "../../redshift/copy/json-members.js";
import { type Api, openApi } from "./data-api-client.js";
import { COPY_ROLE } from "./fake-account.js";
import { putText } from "./parquet-files.js";

let api: Api;
beforeAll(async () => {
  api = await openApi();
  await api.run("create schema stage");
});
afterAll(() => api.stop());

let tables = 0;
/** A new table of these columns, and COPY of a file's lines into it. */
async function load(columns: string, lines: readonly string[]) {
  const table = `stage.j${tables++}`;
  await api.run(`create table ${table} (${columns})`);
  const url = putText(api.account, `data/${table}.jsonl`, `${lines.join("\n")}\n`);
  const manifest = putText(
    api.account,
    `data/${table}.manifest`,
    JSON.stringify({
      entries: [{ url, mandatory: true, meta: { content_length: Buffer.byteLength(`${lines.join("\n")}\n`) } }],
    }),
  );
  const done = await api.run(
    `COPY ${table} FROM '${manifest}' IAM_ROLE '${COPY_ROLE}' FORMAT AS JSON 'auto' MANIFEST COMPUPDATE OFF DATEFORMAT 'auto' TIMEFORMAT 'auto' NULL AS 'no text'`,
  );
  return { table, done };
}

test("members go into the columns of their names, exactly; what is absent is NULL", async () => {
  const { table, done } = await load(
    "a bigint, d decimal(38,10), g double precision, h boolean, i date, j timestamp, k varchar(20), s super, missing integer",
    [
      '{"s": {"n": 12345678901234567890, "t": ["x, y"]}, "a": 9007199254740993, "d": "12345678901234567890.0123456789", "other": {"a": 1}}',
      '{"g": 1e-7, "h": true, "i": "0099-12-31", "j": "1969-12-31 23:59:59.123456", "k": "say \\"\\\\N\\" \u2028", "s": null, "a": 1}',
      '{"k": "", "s": "a text", "a": 2}',
    ],
  );
  expect(done.Error).toBeUndefined();
  const read = `select cast(a as varchar), d, g, h, cast(i as varchar), j, k, json_serialize(s), missing from ${table} order by a desc`;
  expect(await api.rows(read)).toEqual([
    [
      "9007199254740993",
      "12345678901234567890.0123456789",
      null,
      null,
      null,
      null,
      null,
      '{"n":12345678901234567890,"t":["x, y"]}',
      null,
    ],
    ["2", null, null, null, null, null, "", '"a text"', null],
    ["1", null, 1e-7, true, "0099-12-31", "1969-12-31 23:59:59.123456", 'say "\\N" \u2028', null, null],
  ]);
});

test("the text for NULL is NULL", async () => {
  const { table } = await load("k varchar(9), s super", ['{"k": "no text", "s": "no text"}']);
  expect(await api.rows(`select k, json_serialize(s) from ${table}`)).toEqual([[null, '"no text"']]);
});

test("a value of SUPER may be longer than a text inside it", async () => {
  const words = JSON.stringify(Array.from({ length: 30_000 }, () => "word"));
  const { table, done } = await load("id integer, s super", [`{"id": 1, "s": ${words}}`]);
  expect(done.Error).toBeUndefined();
  expect(await api.rows(`select length(json_serialize(s)) from ${table}`)).toEqual([[words.length]]);
  const long = await load("id integer, s super", [`{"id": 1, "s": {"t": "${"é".repeat(32_768)}"}}`]);
  expect(long.done.Error).toContain("1224 String value exceeds the max size of 65535 bytes");
});

test.each([
  ["a text that is too long", '{"k": "abcdef"}', "String length exceeds DDL length"],
  ["NULL where there must be a value", '{"other": 1}', "Cannot insert a NULL value into column k"],
  ["what is no object", "[1]", "the line is no JSON object"],
  [
    "a line of more than 4 MB",
    `{"k": "a", "other": "${"x".repeat(4 * 1024 * 1024)}"}`,
    "larger than the maximum of 4194304 bytes",
  ],
])("%s fails the COPY", async (_, line, message) => {
  expect((await load("k varchar(5) not null", [line])).done.Error).toContain(message);
});

test("members keep their text", () => {
  expect([...(membersOf('{"a": {"b": [1, "}"]}, "c\\"d": 1.50, "a": [ ], "e":"x:y,z"}') ?? [])]).toEqual([
    ["a", "[ ]"],
    ['c"d', "1.50"],
    ["e", '"x:y,z"'],
  ]);
  for (const text of ["", "1", '{"a": 1', '{"a": 1} 2', "{]"]) expect(membersOf(text)).toBeUndefined();
});
