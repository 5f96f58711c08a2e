import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { infer, lines } from "./judged.js";

/** Kinds of files that people have, each with what is told of it; every contract loads its own file. */
const kinds: readonly [string, string | Uint8Array, Readonly<Record<string, unknown>>, string, number, number][] = [
  [
    "titles, padded with delimiters",
    `Invoices paid in June,,\n,,\nId,City,Amount\n${lines(28, (n) => `${n},Town ${n},${n}.50`)}`,
    { header: "find" },
    "id city amount",
    28,
    0,
  ],
  [
    "titles of another width",
    `Ride report\nmade by X, on Monday\nride;station;minutes\n${lines(40, (n) => `${n};Station ${n % 5};${n % 60}`)}`,
    { delimiter: ";", header: "find" },
    "ride station minutes",
    40,
    0,
  ],
  [
    "comments",
    `# made by X\n# on Monday\nride,station,minutes\n${lines(12, (n) => `${n},Station ${n % 5},${n}`)}`,
    { comment: "#" },
    "ride station minutes",
    12,
    0,
  ],
  [
    "a footer of totals and a source",
    `city,count,share\n${lines(20, (n) => `Town${n},${n * 3},${n}.5%`)}Total,570,\n\nSource: Office of Statistics\n`,
    { footer: "Total" },
    "city count share",
    20,
    0,
  ],
  [
    "a line of units",
    `time,temp,pressure\n,degC,hPa\n${lines(20, (n) => `2026-01-01 ${String(n).padStart(2, "0")}:00,${n}.5,101${n % 10}.2`)}`,
    { skip_after_header: 1 },
    "time temp pressure",
    20,
    0,
  ],
  [
    "Excel's sep=",
    "sep=;\nday;amount\n01.03.2026;1.234,56\n02.03.2026;7,00\n",
    { delimiter: ";" },
    "day_value amount",
    2,
    0,
  ],
  [
    "delimiters at the end of all lines",
    "id;name;price;;\n1;Ann;2.50;;\n2;Bob;3.00;;\n",
    { delimiter: ";" },
    "id name price",
    2,
    0,
  ],
  [
    "delimiters at the end of the records",
    `id;city\n${lines(9, (n) => `${n};Town ${n};`)}`,
    { delimiter: ";" },
    "id city",
    9,
    0,
  ],
  [
    "an empty last column, no header",
    "1001;Oslo;2026-01-05;\n1002;Rome;2026-01-06;\n1003;Bonn;2026-01-07;\n",
    { delimiter: ";", header: false },
    "column_1 column_2 column_3",
    3,
    0,
  ],
  [
    "row names without a header of their own",
    `mpg,cyl\n${lines(15, (n) => `Car ${n},${n}.1,${n % 8}`)}`,
    { header: "skip" },
    "row_name mpg cyl",
    15,
    0,
  ],
  [
    "a header of a name too many",
    "name,what,qty,\nAnn,boots,3\nBob,hat,4\nCid,coat,1\n",
    { short_rows: "fill" },
    "name what qty",
    3,
    0,
  ],
  ["a name twice", "id,Comment,Comment\n1,a,b\n2,c,d\n3,,e\n", {}, "id comment comment_2", 3, 0],
  ["a delimiter of two bars", `id||name\n${lines(9, (n) => `${n}||n ${n}`)}`, { delimiter: "||" }, "id name", 9, 0],
  [
    "blanks before quotes",
    `id, name\n${lines(9, (n) => `${n}, "Town, ${n}"`)}`,
    { skip_initial_space: true, quotes: "strict" },
    "id name",
    9,
    0,
  ],
  [
    "quotes inside texts",
    'id\ttext\n1\tWell, "so so" I guess\n2\tFine; thanks\n3\tGood | better\n',
    { delimiter: "\t" },
    "id text",
    3,
    0,
  ],
  [
    "one bad quote among good ones",
    `id,name,qty\n${lines(30, (n) => `${n},"Cafe ${n}",${n}`)}31,"Cafe "Central"",7\n`,
    {},
    "id name qty",
    31,
    1,
  ],
  [
    "a quote that is never closed",
    `name,n,what\n${lines(30, (n) => `"r${n}",${n},"x y"`)}"x,1,x\n`,
    {},
    "name n what",
    31,
    1,
  ],
  [
    "one bad byte in UTF-8",
    Buffer.concat([
      Buffer.from(`id,name\n${lines(30, (n) => `${n},Zoë São`)}`),
      Buffer.from("31,M\xfcller\n", "latin1"),
    ]),
    {},
    "id name",
    31,
    1,
  ],
  [
    "Cyrillic of one byte",
    Buffer.from(
      [...`id,name\n${lines(20, (n) => `${n},Привет из города Москва улица Ленина`)}`].map((c) =>
        c > "\u040f" ? c.charCodeAt(0) - 0x350 : c.charCodeAt(0),
      ),
    ),
    { encoding: "windows-1251" },
    "id name",
    20,
    0,
  ],
  ["UTF-16", Buffer.from("\ufeffid,name\n1,Zoë\n2,Ann\n", "utf16le"), { encoding: "utf-16" }, "id name", 2, 0],
  ["a CSV that begins with a brace", "{id};{name}\n1;a\n2;b\n3;c\n", { delimiter: ";" }, "id name", 3, 0],
  ["gzip, padded with zeros", Buffer.concat([gzipSync("id,name\n1,Ann\n"), Buffer.alloc(512)]), {}, "id name", 1, 0],
  ["years as names", "Country,2019,2020\nFrance,1.5,2.5\nSpain,2.5,1\nItaly,3,3\n", {}, "country n_2019 n_2020", 3, 0],
  [
    "JSON objects one behind the other",
    '{"a":1,\n "b":"x"}\n{"a":2,\n "b":"y"}{"a":3,"b":"z"}',
    { concatenated: true },
    "a b",
    3,
    0,
  ],
  ["one JSON object", '{\n "a":1,\n "b":{"c":"x"}\n}\n', { records: "$" }, "a c", 1, 0],
  [
    "lists in objects, with what stands above them",
    '{"orders":[{"id":1,"items":[{"sku":"A","qty":1},{"sku":"B","qty":2}]},{"id":2,"items":[{"sku":"A","qty":5}]}]}',
    { records: "orders.*.items" },
    "id sku qty",
    3,
    0,
  ],
  ["half of a surrogate pair", '{"id":1,"a":"x"}\n{"id":2,"a":"bad \\ud83d"}\n{"id":3,"a":"y"}\n', {}, "id a", 3, 1],
  [
    "XML with text between elements",
    "<set><a><id>1</id><t>Hello <i>the</i> World</t></a><a><id>2</id><t>plain</t></a></set>",
    { record: "a" },
    "id t",
    2,
    0,
  ],
  [
    "an element that is nested or plain",
    "<d><n><id>1</id><v><x>1</x></v></n><n><id>2</id><v>plain</v></n></d>",
    { record: "n" },
    "id v",
    2,
    0,
  ],
  [
    "a document's own values around its lines",
    "<inv><no>7</no><day>2026-01-01</day><line><a>1</a><b>2</b></line><line><a>3</a><b>4</b></line></inv>",
    { record: "line" },
    "no day_value a b",
    2,
    0,
  ],
  [
    "an entity that XML does not know",
    `<r>${lines(9, (n) => `<x><a>${n}</a><b>c</b></x>`)}<x><a>9</a><b>a&nbsp;b</b></x></r>`,
    { record: "x" },
    "a b",
    10,
    1,
  ],
];

// Each starts Python: a few at a time are quicker than one by one.
describe("a contract that loads its own file", () => {
  const results = new Map<string, ReturnType<typeof infer>>();
  test.each(kinds)("%s", async (name, body, format, names, read, rejected) => {
    const at = kinds.findIndex(([other]) => other === name);
    for (const [other, content] of kinds.slice(at, at + 3)) {
      if (!results.has(other)) results.set(other, infer(`${other.replaceAll(/\W+/g, "-")}.txt`, content));
    }
    const found = await (results.get(name) ?? infer(name, body));
    expect(found.format).toEqual({ type: found.format.type, ...format });
    expect(found.names).toBe(names);
    expect([found.read, found.rejected]).toEqual([read, rejected]);
    expect(found.rejects).toEqual({ max: rejected });
    if (rejected > 0) expect(found.text).toMatch(/look: this many of the sample's \d+ records would be rejected/);
  });
});

test("values that stand behind the sample are found by the load's reader, and the column takes them", async () => {
  const { text, rejected } = await infer(
    "late.csv",
    `id,code\n${lines(200_000, (n) => `${n},${n % 50}`)}${lines(6_000, (n) => `${200_000 + n},K${n}`)}`,
  );
  expect(parse(text).columns[1]).toEqual({ name: "code", type: "varchar(8)" });
  expect(text).toContain("look: some values are not of type integer, so this is text");
  expect(rejected).toBe(0);
});
