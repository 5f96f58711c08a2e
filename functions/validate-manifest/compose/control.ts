import type { Control } from "../../../contract/arrival.js";
import { Refusal } from "../../../contract/refusals.js";

/** One entry of a control file; null where nothing is given. */
export interface ControlEntry {
  readonly file: string | null;
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  /** Where it stands, for messages: `line 3`, `records[2]`. */
  readonly place: string;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Reads what a marker says of the files that it completes.
 * @throws Refusal ManifestInvalid that names the place
 */
export function readControl(content: Uint8Array, control: Control, url: string): readonly ControlEntry[] {
  const text = decode(content, url).replace(/^\uFEFF/, "");
  const { format } = control;
  const rows =
    format.type === "csv" ? csvRows(text, format, control, url) : jsonRows(text, format.records, control, url);
  return rows.map(({ place, values }) => {
    const given = (name: keyof typeof values) => textOf(values[name]);
    const count = (name: "rows" | "bytes") => countOf(given(name), `${url}, ${place}: ${name}`);
    const sha256 = given("sha256")?.toLowerCase() ?? null;
    if (sha256 !== null && !/^[0-9a-f]{64}$/.test(sha256)) {
      throw invalid(`${url}, ${place}: sha256 is '${sha256}', expected 64 hex characters.`);
    }
    return { file: given("file"), rows: count("rows"), bytes: count("bytes"), sha256, place };
  });
}

interface Row {
  readonly place: string;
  readonly values: Values;
}

const asked = ["file", "rows", "bytes", "sha256"] as const;

function csvRows(
  text: string,
  { delimiter, header }: Extract<Control["format"], { type: "csv" }>,
  control: Control,
  url: string,
): readonly Row[] {
  const lines = splitCsv(text, delimiter).filter(({ fields }) => fields.length > 1 || fields[0]?.trim() !== "");
  const names = header ? (lines.shift()?.fields.map((name) => name.trim()) ?? []) : [];
  const positions = new Map(
    asked.flatMap((name) => {
      const from = control[name];
      if (from === null) return [];
      const position = typeof from === "number" ? from - 1 : names.indexOf(from);
      if (position >= 0) return [[name, position] as const];
      throw invalid(
        `${url} has no column '${from}' (${name}); it has ${names.map((each) => `'${each}'`).join(", ") || "no header"}.`,
      );
    }),
  );
  return lines.map(({ line, fields }) => ({
    place: `line ${line}`,
    values: Object.fromEntries(
      [...positions].map(([name, position]) => {
        const value = fields[position];
        if (value === undefined)
          throw invalid(
            `${url}, line ${line}: it has ${fields.length} field(s), and ${name} is field ${position + 1}.`,
          );
        return [name, value];
      }),
    ),
  }));
}

/** RFC 4180: quotes around fields, doubled inside. `line` counts from 1, where the record begins. */
function splitCsv(text: string, delimiter: string): { readonly line: number; readonly fields: string[] }[] {
  const records: { line: number; fields: string[] }[] = [];
  let fields: string[] = [];
  let [at, line, begun] = [0, 1, 1];
  while (at < text.length) {
    let field = "";
    if (text[at] === '"') {
      for (at++; at < text.length && (text[at] !== '"' || text[at + 1] === '"'); at++) {
        if (text[at] === '"') at++;
        if (text[at] === "\n") line++;
        field += text[at];
      }
      at++;
    }
    while (at < text.length && !text.startsWith(delimiter, at) && text[at] !== "\n") field += text[at++];
    fields.push(field);
    if (at < text.length && text.startsWith(delimiter, at)) {
      at += delimiter.length;
      if (at < text.length) continue;
      fields.push("");
    }
    const last = fields.pop() ?? "";
    records.push({ line: begun, fields: [...fields, last.replace(/\r$/, "")] });
    fields = [];
    at++;
    begun = ++line;
  }
  return records;
}

function jsonRows(text: string, records: string | null, control: Control, url: string): readonly Row[] {
  const values =
    records === null
      ? text
          .split("\n")
          .flatMap((line, index) =>
            line.trim() === "" ? [] : [{ place: `line ${index + 1}`, value: parse(line, `${url}, line ${index + 1}`) }],
          )
      : recordsOf(parse(text, url), records, url);
  return values.map(({ place, value }) => ({
    place,
    values: Object.fromEntries(
      asked.flatMap((name) => {
        const from = control[name];
        if (from === null) return [];
        const found = at(value, String(from));
        if (found === undefined) throw invalid(`${url}, ${place}: it has no '${from}' (${name}).`);
        return [[name, found] as const];
      }),
    ),
  }));
}

function recordsOf(document: unknown, records: string, url: string) {
  const found = records === "$" ? document : at(document, records);
  if (found === undefined) throw invalid(`${url} has no '${records}'.`);
  return (Array.isArray(found) ? found : [found]).map((value: unknown, index) => ({
    place: Array.isArray(found) ? `${records}[${index}]` : records,
    value,
  }));
}

/** By steps of dots, `['any text']` and `[0]`. */
function at(value: unknown, path: string): unknown {
  let found = value;
  for (const [, quoted, index, name] of path.matchAll(/\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]|([^.[\]]+)/g)) {
    const step = quoted?.replaceAll(/\\(.)/g, "$1") ?? index ?? name ?? "";
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
}

/** An empty value is not given. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = (typeof value === "object" ? JSON.stringify(value) : String(value)).trim();
  return text === "" ? null : text;
}

function countOf(text: string | null, place: string): number | null {
  if (text === null) return null;
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw invalid(`${place} is '${text}', expected a whole number.`);
}

function decode(content: Uint8Array, url: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw invalid(`${url} is not UTF-8 text.`);
  }
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`${place} is no JSON (${error instanceof Error ? error.message : error}).`);
  }
}

const invalid = (problem: string) =>
  new Refusal(
    "ManifestInvalid",
    `${problem} Deliver a control file as 'arrival.control' of the contract describes it, or correct the contract.`,
  );
