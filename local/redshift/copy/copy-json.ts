import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { toText } from "../dialect/tokens.js";
import type { CopyCommand } from "../dialect/translation.js";
import { LoadError } from "./checks.js";
import type { CopyFile } from "./copy-types.js";
import { membersOf } from "./json-members.js";
import { quoteName } from "./parquet-schema.js";
import { byteLimit, type TargetColumn } from "./parquet-types.js";

/** COPY … FORMAT AS JSON 'auto': members of each object that have the names of columns; one object a line. */

/** What a row of JSON may have (C1.14: the older of two pages). */
const rowBytes = 4 * 1024 * 1024;
/** Of one text inside SUPER, unless the cluster is opted in to more, which this one never is (J2.2). */
const textBytes = 65_535;

/** @returns the number of rows. @throws LoadError */
export async function copyJson(
  client: pg.Client,
  { table, nullText }: CopyCommand,
  files: readonly CopyFile[],
  target: readonly TargetColumn[],
): Promise<number> {
  let rows = 0;
  const names = target.map(({ name }) => quoteName(name)).join(", ");
  for (const file of files) {
    const stream = client.query(copyFrom(`COPY ${toText(table)} (${names}) FROM STDIN (FORMAT csv, NULL '\\N')`));
    async function* lines() {
      for await (const line of linesOf(file.path)) {
        if (line.trim() === "") continue;
        rows += 1;
        yield `${rowOf(line, file, target, nullText)}\n`;
      }
    }
    await pipeline(Readable.from(lines()), stream);
  }
  return rows;
}

/** Lines end with LF alone: what readline takes for a line's end may stand in a text. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(path)) {
    let piece = Buffer.from(chunk);
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10)) {
      yield Buffer.concat([...rest, piece.subarray(0, end)]).toString("utf8");
      rest = [];
      piece = piece.subarray(end + 1);
    }
    rest.push(piece);
  }
  yield Buffer.concat(rest).toString("utf8");
}

function rowOf(line: string, file: CopyFile, target: readonly TargetColumn[], nullText: string): string {
  const [first] = target;
  const fail = (message: string, column = first): LoadError => {
    if (column === undefined) throw new TypeError("COPY into a table without columns");
    return new LoadError(`ERROR: ${message} (file name ${file.url})`, { column, url: file.url, message });
  };
  if (Buffer.byteLength(line) > rowBytes) throw fail("JSON object is larger than the maximum of 4194304 bytes");
  const members = membersOf(line);
  if (members === undefined) throw fail("Invalid value: the line is no JSON object");
  return target
    .map((column) => {
      const text = textOf(members.get(column.name), column, (message) => fail(message, column));
      const value = text === nullText && column.type !== "super" ? null : text;
      if (value === null && column.isNotNull)
        throw fail(`Cannot insert a NULL value into column ${column.name}`, column);
      return value === null ? "\\N" : `"${value.replaceAll('"', '""')}"`;
    })
    .join(",");
}

/** The text that PostgreSQL reads; null for NULL. */
function textOf(raw: string | undefined, column: TargetColumn, fail: (message: string) => LoadError): string | null {
  if (raw === undefined || raw === "null") return null;
  if (column.type === "super") {
    for (const [text] of raw.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"/g)) {
      if (text.length > textBytes / 3 && Buffer.byteLength(String(JSON.parse(text))) > textBytes)
        throw fail(`1224 String value exceeds the max size of ${textBytes} bytes`);
    }
    return raw;
  }
  const text = raw.startsWith('"') ? String(JSON.parse(raw)) : raw;
  const limit = byteLimit(column);
  if (limit !== undefined && Buffer.byteLength(text) > limit) throw fail("String length exceeds DDL length");
  return text;
}
