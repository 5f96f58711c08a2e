import { greatest } from "../output/greatest.js";
import { holdsTable, isRow, rowFields } from "./json-arrays.js";
import { findRecords, isMap } from "./json-records.js";
import {
  isList,
  isObject,
  type Json,
  JsonNumber,
  type JsonObject,
  joinPath,
  jsonText,
  parseJson,
} from "./json-text.js";
import { type FileText, sampledBytes } from "./read-file.js";
import type { RecordsPlace } from "./records-place.js";
import { InferenceRefused } from "./refusal.js";
import { type Field, type Hints, type Sample, shown, type Value } from "./sample.js";

/** One object a line, or one document. @throws InferenceRefused when it is neither, or its records cannot be told. */
export function readJson(file: FileText, hints: Hints): Sample {
  const lines = hints.records === undefined ? readLines(file) : undefined;
  if (lines !== undefined) return lines;
  if (file.isCut) {
    throw new InferenceRefused(
      "RecordsUnknown",
      `'${file.name}' is one document of more than ${sampledBytes / 2 ** 20} MiB. Use a smaller one as the sample.`,
    );
  }
  const concatenated = hints.records === undefined ? readConcatenated(file) : undefined;
  if (concatenated !== undefined) return concatenated;
  const document = parsed(file);
  if (hints.records === undefined && isObject(document) && !isMap(document) && !holdsRecords(document)) {
    return { format: { type: "json", records: "$" }, fields: fieldsOf([document]), records: 1, notes: [] };
  }
  return documentSample(file.name, findRecords(file.name, document, hints.records));
}

/** A document's records: objects, or arrays where none of them is an object. */
function documentSample(name: string, { path, records, stars, above }: RecordsPlace): Sample {
  const isRecord = records.some(isObject) ? isObject : isRow;
  const kept = records.flatMap((record, index) => (isRecord(record) ? [index] : []));
  if (kept.length === 0) throw new InferenceRefused("NoRecords", `'${name}' has no objects at '${path}'.`);
  const chosen = <Each>(all: readonly Each[]): readonly Each[] =>
    all.filter((_, index) => isRecord(records[index] ?? null));
  const ofStars = stars.map(({ name: star, from, values }): Field => ({ from, path: [star], values: chosen(values) }));
  const objects = records.filter(isObject);
  const around = fieldsAbove(chosen(above));
  const strange = records.length - kept.length;
  const what = isRecord === isObject ? "objects" : "arrays of values";
  const notes =
    strange === 0 ? [] : [`${name}: ${strange} of ${records.length} records are not ${what}, and would be rejected`];
  const format = { type: "json", records: path } as const;
  if (objects.length > 0) {
    return { format, fields: [...ofStars, ...around, ...fieldsOf(objects)], records: objects.length, notes };
  }
  const rows = rowFields(records.filter(isRow), chosen(above), asValue);
  const told = rows.notes.map((note) => `${name}: ${note}`);
  return { format, fields: [...ofStars, ...around, ...rows.fields], records: kept.length, notes: [...notes, ...told] };
}

/** `../id`: what the objects around a record have for themselves. */
function fieldsAbove(above: readonly (readonly JsonObject[])[]): Field[] {
  const levels = greatest(above, (objects) => objects.length);
  return Array.from({ length: levels }, (_, level) => level).flatMap((level) => {
    const around = above.map((objects) => objects[level]);
    const names = new Set(around.flatMap((object) => (object === undefined ? [] : Object.keys(object))));
    return [...names].flatMap((name): Field[] => {
      const values = around.map((object) => object?.[name] ?? null);
      if (values.some((value) => isList(value) || isObject(value))) return [];
      const path = joinPath([name]);
      return [
        {
          from: `${"../".repeat(level + 1)}${path}`,
          path: [level === 0 ? "parent" : "root", name],
          values: values.map(asValue),
        },
      ];
    });
  });
}

/** Objects one behind the other, over lines or without line ends between them; undefined where the text is something else. */
function readConcatenated({ name, text, isCut }: FileText): Sample | undefined {
  const records: JsonObject[] = [];
  let bad = 0;
  const pieces = topLevelObjects(text);
  if (pieces === undefined || pieces.length < 2) return undefined;
  for (const piece of isCut ? pieces.slice(0, -1) : pieces) {
    const record = lineRecord(piece);
    if (!isObject(record)) bad += 1;
    else records.push(record);
  }
  if (records.length === 0 || bad > records.length * 0.1) return undefined;
  const notes =
    bad === 0 ? [] : [`${name}: ${bad} of ${pieces.length} values are not JSON objects, and would be rejected`];
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const crowded = lines.filter((line) => (topLevelObjects(line)?.length ?? 0) > 1);
  if (crowded.length > 0 && crowded.length < lines.length / 2) {
    notes.push(`${name}: ${several(crowded)}, so it is read as values, not as lines`);
  }
  return { format: { type: "json", concatenated: true }, fields: fieldsOf(records), records: records.length, notes };
}

const several = (lines: readonly string[]) =>
  `${lines.length} line(s), such as ${shown(lines[0] ?? "")}, hold several values one after another`;

/** The texts of the objects at the top; undefined where something else stands between them. */
function topLevelObjects(text: string): string[] | undefined {
  const pieces: string[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}]/gs;
  let [depth, start, end] = [0, 0, 0];
  for (const { 0: sign, index } of text.matchAll(token)) {
    if (sign === "{") {
      if (depth === 0 && text.slice(end, index).trim() !== "") return undefined;
      if (depth === 0) start = index;
      depth += 1;
    } else if (sign === "}") {
      depth -= 1;
      if (depth < 0) return undefined;
      end = index + 1;
      if (depth === 0) pieces.push(text.slice(start, end));
    } else if (depth === 0) return undefined;
  }
  return pieces;
}

function parsed({ name, text }: FileText): Json {
  try {
    return parseJson(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InferenceRefused(
      "FormatUnknown",
      `'${name}' begins like JSON but is not valid: ${why}. Correct it, or use another sample.`,
    );
  }
}

/** @returns undefined when the text is no list of objects, or of arrays, one a line. */
function readLines({ name, text, isCut }: FileText): Sample | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (isCut) lines.pop();
  const found: Json[] = [];
  const bad: string[] = [];
  for (const line of lines) {
    const record = lineRecord(line);
    if (record === undefined) bad.push(line);
    else found.push(record);
    // A document of many lines is seen at once: its first lines are no records.
    if (found.length === 0 && bad.length > 2) return undefined;
  }
  const objects = found.filter(isObject);
  const rows = objects.length > 0 ? [] : found.filter(isRow);
  const records = objects.length + rows.length;
  const wrong = lines.length - records;
  if (records === 0 || wrong > records * 0.1) return undefined;
  // One array on one line is a document that holds the records.
  if (rows.length === 1) return undefined;
  const [only] = objects;
  // One object on one line may be a document that holds the records.
  if (objects.length === 1 && only !== undefined && (isMap(only) || holdsRecords(only))) return undefined;
  const crowded = bad.filter((line) => (topLevelObjects(line)?.length ?? 0) > 1);
  // What reads every value of every line loses nothing.
  if (crowded.length > 0 && crowded.length === wrong) return undefined;
  const what = objects.length > 0 ? "JSON objects" : "JSON arrays of values";
  const notes =
    wrong === 0 ? [] : [`${name}: ${wrong} of ${lines.length} lines are not ${what}, and would be rejected`];
  if (crowded.length > 0) notes.push(`${name}: ${several(crowded)}; concatenated: true reads each`);
  const { fields, notes: told } =
    objects.length > 0 ? { fields: fieldsOf(objects), notes: [] } : rowFields(rows, [], asValue);
  return { format: { type: "json" }, fields, records, notes: [...notes, ...told.map((note) => `${name}: ${note}`)] };
}

const holdsRecords = (value: JsonObject): boolean => holdsList(value) || holdsTable(value);

const holdsList = (value: JsonObject): boolean =>
  Object.values(value).some((member) =>
    isList(member) ? member.some(isObject) : isObject(member) && holdsList(member),
  );

/** An object, or an array of values. */
function lineRecord(line: string): Json | undefined {
  try {
    const value = parseJson(line);
    return isObject(value) || isRow(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const deepest = 4;
const mostMembers = 60;
const mostElements = 4;

/** Every place of a value in the records; objects of few, steady members are looked into, others stay nested. */
function fieldsOf(records: readonly JsonObject[]): readonly Field[] {
  return below(records, []);
}

function below(parents: readonly (JsonObject | undefined)[], steps: readonly (string | number)[]): Field[] {
  const names = new Set(parents.flatMap((parent) => (parent === undefined ? [] : Object.keys(parent))));
  return [...names].flatMap((name) => {
    const values = parents.map(
      (parent) => (parent !== undefined && Object.hasOwn(parent, name) ? parent[name] : null) ?? null,
    );
    return fieldsAt(values, [...steps, name]);
  });
}

function fieldsAt(values: readonly Json[], steps: readonly (string | number)[]): Field[] {
  const filled = values.filter((value) => value !== null);
  if (filled.length > 0 && filled.every(isObject) && steps.length < deepest && isSteady(filled)) {
    return below(
      values.map((value) => (isObject(value) ? value : undefined)),
      steps,
    );
  }
  const length = commonLength(filled);
  if (length !== undefined) {
    return Array.from({ length }, (_, index): Field => {
      const elements = values.map((value) => (isList(value) ? (value[index] ?? null) : null));
      return { from: joinPath([...steps, index]), path: named([...steps, index + 1]), values: elements.map(asValue) };
    });
  }
  return [{ from: joinPath(steps), path: named(steps), values: values.map(asValue) }];
}

/** An element is called after its list: `coordinates_1`. */
function named(steps: readonly (string | number)[]): readonly string[] {
  const path: string[] = [];
  for (const step of steps) path.push(typeof step === "string" ? step : `${path.pop() ?? ""}_${step}`);
  return path;
}

/** Most members are in most objects: not a map whose names are data. */
function isSteady(objects: readonly JsonObject[]): boolean {
  const names = new Set(objects.flatMap((value) => Object.keys(value)));
  if (names.size === 0 || names.size > mostMembers) return false;
  const present = objects.reduce((sum, value) => sum + Object.keys(value).length, 0);
  return present >= objects.length * names.size * 0.25;
}

/** Lists of two to four numbers, all of one length: coordinates and the like. */
function commonLength(values: readonly Json[]): number | undefined {
  const [first] = values;
  if (!isList(first) || first.length < 2 || first.length > mostElements) return undefined;
  const isAlike = values.every(
    (value) =>
      isList(value) &&
      value.length === first.length &&
      value.every((element) => element === null || element instanceof JsonNumber),
  );
  return isAlike && values.length > 1 ? first.length : undefined;
}

function asValue(value: Json): Value | null {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "boolean") return { kind: "boolean", text: String(value) };
  if (value instanceof JsonNumber) return { kind: "number", text: value.literal };
  return { kind: "nested", text: jsonText(value) };
}
