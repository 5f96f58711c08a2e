import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readProject } from "../../contract/read.js";
import { zoneProblem } from "../../contract/semantics/time-zones.js";

/** What `check` says about a dataset with this format, these defaults and this column. */
function findings(format: string, column = "{ name: c, type: varchar(9) }", defaults = "") {
  const folder = mkdtempSync(join(tmpdir(), "text-file-"));
  mkdirSync(join(folder, "datasets"));
  writeFileSync(
    join(folder, "sluice.yaml"),
    "name: p\nregion: eu-west-1\nwarehouse: { create: { nodeType: ra3.large, nodes: 2, database: d } }\nsources: { shop: { landing: create } }\n",
  );
  writeFileSync(
    join(folder, "datasets/things.yaml"),
    `dataset: things\nsource: shop\npartition: day\nformat: ${format}\n${defaults}\ncolumns:\n  - ${column}\nload: { mode: append }\ntable: { name: shop.things }\n`,
  );
  return readProject(folder).findings.map(({ path, remedy }) => [path, remedy]);
}

const time = (more: string) => `{ name: c, type: timestamp, ${more} }`;
const number = (more: string) => `{ name: c, type: integer, number: ${more} }`;

describe("sound files of text", () => {
  test.each<[string, string?]>([
    ['{ type: csv, delimiter: "||", quote: "þ", escape: "^" }'],
    ['{ type: csv, delimiter: "\\x01", quote: none, escape: backslash, header: false }'],
    ["{ type: csv, header: find, skip_lines: 2, skip_after_header: 1, footer: 'Total,' }"],
    ["{ type: csv, header: skip, skip_after_header: 1, short_rows: fill }", "{ name: c, from: 3, type: varchar(9) }"],
    ["{ type: csv, quotes: strict, skip_initial_space: true, compression: zip, encoding: shift_jis }"],
    ["{ type: csv, compression: by_name }"],
    ["{ type: json, compression: zstd, encoding: utf-16 }"],
    ["{ type: csv }", "{ name: c, from: Labels, occurrence: 2, type: varchar(9), empty: quoted }"],
    ["{ type: csv }", number('{ decimal: ",", thousands: ".", negative: [trailing, parentheses], strip: ["€", "%"] }')],
    ["{ type: csv }", time("parse: [dd.MM.yyyy, iso8601]")],
    ["{ type: csv }", time('parse: "yyyy-MM-dd HH:mm z", zones: { EDT: "-04:00", CET: Europe/Paris, X: Z }')],
  ])("%s", (...[format, column]) => {
    expect(findings(format, typeof column === "string" ? column : undefined)).toEqual([]);
  });
});

describe("what cannot be read as it is declared", () => {
  test.each([
    ["{ type: csv, delimiter: '' }", "format.delimiter", "1 to 8 characters"],
    ["{ type: csv, delimiter: '123456789' }", "format.delimiter", "1 to 8 characters"],
    ["{ type: csv, delimiter: '\\t' }", "format.delimiter", 'delimiter: "\\t"'],
    ['{ type: csv, delimiter: "a\'b", quote: "\'" }', "format.quote", "Change quote or delimiter"],
    ["{ type: csv, quote: '\"\"' }", "format.quote", "one character"],
    ["{ type: csv, escape: '\"' }", "format.escape", "Write escape: double."],
    ["{ type: csv, escape: ',' }", "format.escape", "Change escape or delimiter"],
    ["{ type: csv, comment: '#', delimiter: '#|' }", "format.comment", "Change comment or delimiter"],
    ["{ type: csv, comment: '#', footer: '# end' }", "format.footer", "comments are not records anyway"],
    ["{ type: csv, quote: none, quotes: strict }", "format.quotes", "Remove 'quotes'"],
    ["{ type: csv, header: false, skip_after_header: 1 }", "format.skip_after_header", "skip_lines"],
    ["{ type: csv, header: fnd }", "format.header", "header"],
    ["{ type: csv, skip_lines: 1001 }", "format.skip_lines", "skip_lines"],
    ["{ type: csv, footer: '' }", "format.footer", "footer"],
    ["{ type: csv, compression: bzip22 }", "format.compression", "Write 'bzip2'."],
    ["{ type: csv, encoding: latin-9 }", "format.encoding", "one of"],
    ["{ type: json, footer: x }", "format.footer", "Remove 'footer'."],
    ["{ type: xml, record: r, skip_lines: 1 }", "format.skip_lines", "Remove 'skip_lines'."],
  ])("%s", (format, path, remedy) => {
    expect(findings(format)).toContainEqual([path, expect.stringContaining(remedy)]);
  });

  test.each([
    ["{ type: csv, header: find }", "{ name: c, type: varchar(9), optional: true }", "format.header", "header: true"],
    [
      "{ type: csv, header: skip }",
      "{ name: c, from: 1, type: varchar(9), occurrence: 1 }",
      "columns[0].occurrence",
      "Remove 'occurrence'",
    ],
    ["{ type: csv, header: skip }", "{ name: c, from: a, type: varchar(9) }", "columns[0].from", "position"],
    ["{ type: csv, quote: none }", "{ name: c, type: varchar(9), empty: quoted }", "columns[0].empty", "empty: keep"],
    ["{ type: json }", "{ name: c, type: varchar(9), empty: quoted }", "columns[0].empty", "empty: keep"],
    ["{ type: csv }", "{ name: c, type: varchar(9), parse: yyyy-MM-dd }", "columns[0].parse", "Remove 'parse'."],
    ["{ type: csv }", "{ name: c, type: varchar(9), number: {} }", "columns[0].number", "Remove 'number'."],
    ["{ type: csv }", number('{ thousands: "." }'), "columns[0].number", 'decimal: ","'],
    ["{ type: csv }", number("{ decimal: '5' }"), "columns[0].number", "Write the character"],
    ["{ type: csv }", number("{ strip: ['-'] }"), "columns[0].number", "Remove '-'"],
    [
      "{ type: csv }",
      time("parse: [iso8601, 'yyyy-MM-dd H:mm a']"),
      "columns[0].parse[1]",
      "Write 'yyyy-MM-dd h:mm a'.",
    ],
    ["{ type: csv }", time("parse: 'yyyy z', zones: { EDT: EDT }"), "columns[0].zones.EDT", "zone"],
    ["{ type: csv }", time("parse: yyyy-MM-dd, zones: { EDT: '-04:00' }"), "columns[0].zones", "Write z in 'parse'"],
  ])("%s %s", (format, column, path, remedy) => {
    expect(findings(format, column)).toContainEqual([path, expect.stringContaining(remedy)]);
  });
});

describe("time zones", () => {
  test.each(["UTC", "Etc/GMT+3", "Etc/GMT-14", "America/Coyhaique", "Europe/Kyiv", "EST"])("%s is one", (zone) => {
    expect(zoneProblem(zone)).toBeUndefined();
  });

  test.each([
    ["GMT+3", "Write 'Etc/GMT-3' (its sign is POSIX's: Etc/GMT-3 is UTC+3), or the zone of the place."],
    ["-05:00", "Write 'Etc/GMT+5' (its sign is POSIX's: Etc/GMT+5 is UTC-5), or the zone of the place."],
    ["+05:30", "Write the zone of the place, such as Europe/London, or UTC."],
    ["PST", "Write the zone of the place, such as Europe/London, or UTC."],
    ["EDT", "Write the zone of the place, such as Europe/London, or UTC."],
    ["europe/paris", "Write 'Europe/Paris'."],
    ["Europe/Pari", "Write 'Europe/Paris' if you mean that place."],
    ["localtime", "Write the zone of the place, such as Europe/London, or UTC."],
  ])("%s is none, and the remedy names no other time", (zone, remedy) => {
    expect(zoneProblem(zone)?.remedy).toBe(remedy);
  });
});
