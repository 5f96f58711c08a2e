// Writes the demo's countries and some made-up files into the folder that is the first argument, infers a contract for
// each and for every file named after it, and prints them compiled: { "<path>": contract }.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { parseDocument } from "yaml";
import { inferContract } from "../../../cli/infer/infer.js";
import { compileContract } from "../../../contract/compile.js";
import { DatasetFile } from "../../../contract/schema.js";
import { keepTexts } from "../../../contract/yaml-texts.js";
import { demoBatches } from "../../../examples/demo/batches.js";
import { countryBatches } from "../../../examples/demo/countries/batches.js";

const [folder = ".", ...named] = process.argv.slice(2);

/** Columns of one kind each, with the words of their kind that are hard to tell. */
const kinds: readonly fc.Arbitrary<string>[] = [
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.tuple(fc.integer({ min: -999, max: 999 }), fc.nat({ max: 99_999 })).map(([whole, part]) => `${whole}.${part}`),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom("yes", "No", "YES", "no"),
  fc.constantFrom("y", "n", "x", ""),
  fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }).map((date) => date.toISOString()),
  fc
    .date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }).map((date) => {
    const [year, month, day] = date.toISOString().slice(0, 10).split("-");
    return `${day}/${month}/${year}`;
  }),
  fc.nat({ max: 9999 }).map((n) => String(n).padStart(4, "0")),
  fc.constantFrom("1", "2", "N/A", "null", "", "-"),
  fc.constantFrom("+1", "1,5", "1.000,5", "0x1F", "NaN", "Infinity", "1e400"),
  fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => text.replaceAll(/\p{Cc}/gu, "")),
  fc.constantFrom('{"a":1}', "[1,2]", "[]", "{}"),
  fc.constantFrom("  left", "right  ", "\u00a0both\u00a0", "a\nb", 'say "x"', "a;b", "a\tb", "a|b"),
];

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const table = fc
  .array(fc.nat({ max: kinds.length - 1 }), { minLength: 2, maxLength: 6 })
  .chain((chosen) =>
    fc.tuple(
      fc.constant(chosen.map((kind, index) => `field_${index}_${kind}`)),
      fc.array(fc.tuple(...chosen.map((kind) => kinds[kind] ?? fc.constant(""))), { minLength: 3, maxLength: 30 }),
      fc.constantFrom(",", ";", "\t", "|"),
      fc.constantFrom("\n", "\r\n"),
    ),
  );

function madeUp(): readonly string[] {
  return fc.sample(table, { seed: 7, numRuns: 8 }).flatMap(([header, rows, delimiter, end], index) => {
    const csv = [header, ...rows].map((row) => row.map(quoted).join(delimiter)).join(end);
    const objects = rows.map((row) =>
      Object.fromEntries(header.map((name, at) => [name, row[at] === "" ? null : row[at]])),
    );
    const files = {
      [`made-up-${index}.csv`]: csv,
      [`made-up-${index}.json`]: objects.map((row) => JSON.stringify(row)).join("\n"),
      [`made-up-${index}.json.gz`]: gzipSync(JSON.stringify({ found: objects })),
    };
    return Object.entries(files).map(([name, body]) => write(name, body));
  });
}

function write(name: string, body: string | Uint8Array): string {
  writeFileSync(join(folder, name), body);
  return join(folder, name);
}

const countries = countryBatches().flatMap(([first]) =>
  (first?.files ?? []).map(({ name, body }) => write(`${first?.dataset}-${name}`, body)),
);
const [earthquakes] = demoBatches();
const demo = (earthquakes?.files ?? []).map(({ name, body }) => write(`earthquakes-${name}`, body));

const contracts: Record<string, unknown> = {};
for (const path of [...countries, ...demo, ...madeUp(), ...named]) {
  const hints = path.includes("made-up") && path.endsWith(".csv") ? { header: true } : {};
  const { text } = await inferContract({ files: [path], source: "shop", dataset: "things", hints });
  const document = parseDocument(text);
  keepTexts(document);
  contracts[path] = compileContract(DatasetFile.parse(document.toJSON()));
}
process.stdout.write(JSON.stringify(contracts));
