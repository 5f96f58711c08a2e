import { type FileText, sampledBytes } from "./read-file.js";
import { InferenceRefused } from "./refusal.js";
import type { Field, Hints, Sample, Value } from "./sample.js";
import { nestedJson, parseXml, type XmlElement } from "./xml-tree.js";

/** The elements that repeat are the records. @throws InferenceRefused when several could be, or none. */
export function readXml(file: FileText, hints: Hints): Sample {
  if (file.isCut) {
    throw new InferenceRefused(
      "RecordsUnknown",
      `'${file.name}' is a document of more than ${sampledBytes / 2 ** 20} MiB. Use a smaller one as the sample.`,
    );
  }
  const groups = groupByName(parseXml(file));
  const record = hints.records ?? tellRecord(file.name, groups);
  const records = groups.get(record)?.elements ?? [];
  if (records.length === 0) {
    const names = [...groups.keys()].join(", ");
    throw new InferenceRefused("RecordsUnknown", `'${file.name}' has no <${record}>. It has ${names}.`);
  }
  const around = parentsOf(records, 1).concat(parentsOf(records, 2));
  return {
    format: { type: "xml", record },
    fields: [...around, ...below(records, "", [])],
    records: records.length,
    notes: [],
  };
}

interface Group {
  readonly elements: XmlElement[];
  readonly depth: number;
}

/** The elements of each name; those inside one of the same name belong to it. */
function groupByName(root: XmlElement): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  const visit = (element: XmlElement, depth: number, inside: ReadonlySet<string>) => {
    if (!inside.has(element.name)) {
      const group = groups.get(element.name) ?? { elements: [], depth };
      group.elements.push(element);
      groups.set(element.name, group);
    }
    const within = new Set([...inside, element.name]);
    for (const child of element.children) visit(child, depth + 1, within);
  };
  visit(root, 0, new Set());
  return groups;
}

function tellRecord(name: string, groups: ReadonlyMap<string, Group>): string {
  const repeated = [...groups].filter(([, { elements, depth }]) => depth > 0 && elements.length > 1);
  const [record, ...others] = shallowest(repeated, 2) ?? shallowest(repeated, 1) ?? [];
  if (record !== undefined && others.length === 0) return record;
  const choices = record === undefined ? repeated.map(([each]) => each) : [record, ...others];
  const what = record === undefined ? "has no repeated element with values" : "contains several kinds of records";
  const remedy =
    choices.length === 0 ? "Use a sample with more records." : `Choose one: --records ${choices.join(" or ")}`;
  throw new InferenceRefused("RecordsUnknown", `'${name}' ${what}. ${remedy}`);
}

/** The elements with so many values each that stand highest; undefined when there are none. */
function shallowest(groups: readonly (readonly [string, Group])[], values: number): readonly string[] | undefined {
  const likely = groups.filter(([, { elements }]) => ownValues(elements) >= values * elements.length);
  const depth = Math.min(...likely.map(([, group]) => group.depth));
  return likely.length === 0 ? undefined : likely.filter(([, group]) => group.depth === depth).map(([name]) => name);
}

/** Attributes, and children that stand once or hold text: what a record has for itself, not what it contains. */
function ownValues(elements: readonly XmlElement[]): number {
  let count = 0;
  for (const { attributes, children } of elements) {
    const names = children.map((child) => child.name);
    const once = children.filter(
      (child) => child.children.length === 0 || names.filter((each) => each === child.name).length === 1,
    );
    count += attributes.size + new Set(once.map((child) => child.name)).size;
  }
  return count;
}

/** `../@name` and `../Name`: attributes and plain children of what the records stand in. */
function parentsOf(records: readonly XmlElement[], levels: 1 | 2): Field[] {
  const around = records.map(({ parent }) => (levels === 1 ? parent : parent?.parent));
  const names = new Set(around.flatMap((element) => [...(element?.attributes.keys() ?? [])]));
  const attributes = [...names].map((name): Field => {
    const path = [around.find((element) => element?.attributes.has(name))?.name ?? "", name];
    return {
      from: `${"../".repeat(levels)}@${name}`,
      path,
      values: around.map((element) => element?.attributes.get(name) ?? null),
    };
  });
  return [...attributes, ...childrenOf(around, levels)];
}

function byName({ children }: XmlElement): ReadonlyMap<string, readonly XmlElement[]> {
  const groups = new Map<string, XmlElement[]>();
  for (const child of children) groups.set(child.name, [...(groups.get(child.name) ?? []), child]);
  return groups;
}

/** Children that stand once and hold text alone: a document's own number and date. */
function childrenOf(around: readonly (XmlElement | undefined)[], levels: 1 | 2): Field[] {
  const found = new Map<XmlElement, ReadonlyMap<string, readonly XmlElement[]>>();
  for (const element of around) {
    if (element !== undefined && !found.has(element)) found.set(element, byName(element));
  }
  const names = new Set([...found.values()].flatMap((children) => [...children.keys()]));
  return [...names].flatMap((name): Field[] => {
    const all = [...found.values()].map((children) => children.get(name) ?? []);
    const isPlain = all.every(
      (children) => children.length < 2 && children.every((child) => child.children.length === 0),
    );
    const values = around.map((element) => (element && found.get(element)?.get(name)?.[0]?.text) ?? null);
    if (!isPlain || values.every((value) => value === null || value.trim() === "")) return [];
    const parent = around.find((element) => element !== undefined)?.name ?? "";
    return [{ from: `${"../".repeat(levels)}${name}`, path: [parent, name], values }];
  });
}

const deepest = 4;

/** The values of elements, one or none for each record, at an XPath seen from the record. */
function below(
  elements: readonly (XmlElement | undefined)[],
  at: string,
  path: readonly string[],
  without = "",
): Field[] {
  const step = (name: string) => (at === "" ? name : `${at}/${name}`);
  const attributes = new Set(elements.flatMap((element) => [...(element?.attributes.keys() ?? [])]));
  attributes.delete(without);
  const fields = [...attributes].map((name): Field => {
    return {
      from: step(`@${name}`),
      path: [...path, name],
      values: elements.map((element) => element?.attributes.get(name) ?? null),
    };
  });
  const children = new Set(elements.flatMap((element) => element?.children.map((child) => child.name) ?? []));
  if (children.size === 0) {
    const values = elements.map((element) => element?.text ?? null);
    const isText = values.some((value) => value !== null && value.trim() !== "");
    if (!isText && (attributes.size > 0 || at === "")) return fields;
    return [...fields, { from: at === "" ? "string(.)" : at, path: at === "" ? ["value"] : path, values }];
  }
  for (const name of children) {
    const found = elements.map((element) => element?.children.filter((child) => child.name === name) ?? []);
    fields.push(...childFields(found, step(name), [...path, name]));
  }
  return fields;
}

function childFields(found: readonly (readonly XmlElement[])[], at: string, path: readonly string[]): Field[] {
  if (found.some((elements) => elements.length > 1)) {
    const mark = distinguishing(found);
    if (mark === undefined) {
      const obstacle = `occurs several times in a record; read one with ${at}[1], or the element around it as super`;
      return [{ from: at, path, values: found.map((elements) => elements[0]?.text ?? null), obstacle }];
    }
    return mark.values.flatMap((value) => {
      const chosen = found.map((elements) => elements.find((element) => element.attributes.get(mark.name) === value));
      const test = value === undefined ? `not(@${mark.name})` : `@${mark.name}=${literal(value)}`;
      return below(chosen, `${at}[${test}]`, value === undefined ? path : [...path, value], mark.name);
    });
  }
  const elements = found.map(([element]) => element);
  const filled = elements.filter((element) => element !== undefined);
  const isMixed = (element: XmlElement) => element.children.length > 0 && element.text.trim() !== "";
  if (filled.some(isMixed)) {
    return [
      {
        from: `string(${at})`,
        path,
        values: elements.map((element) => element?.wholeText ?? null),
      },
    ];
  }
  const isPlain = (element: XmlElement) => element.children.length === 0 && element.text.trim() !== "";
  const isBoth = filled.some(isPlain) && filled.some((element) => element.children.length > 0);
  if (!isBoth && isOpen(elements, path.length)) return below(elements, at, path);
  const values = elements.map((element): Value | null => (element === undefined ? null : asValue(element)));
  return [{ from: at, path, values }];
}

/** Whether each value inside has a place of its own; otherwise the element stays nested. */
function isOpen(elements: readonly (XmlElement | undefined)[], depth: number): boolean {
  const names = new Set(elements.flatMap((element) => element?.children.map((child) => child.name) ?? []));
  if (names.size === 0) return true;
  if (depth >= deepest) return false;
  return [...names].every((name) => {
    const found = elements.map((element) => element?.children.filter((child) => child.name === name) ?? []);
    return found.every((children) => children.length < 2) || distinguishing(found) !== undefined;
  });
}

const asValue = (element: XmlElement): Value | null => {
  const value = nestedJson(element);
  if (value === null) return value;
  return { kind: "nested", text: JSON.stringify(value) };
};

const mostMarks = 20;

/** An attribute that is another for each element of the name in a record: `name[@lang='ara']`. */
function distinguishing(found: readonly (readonly XmlElement[])[]) {
  const names = new Set(found.flatMap((elements) => elements.flatMap(({ attributes }) => [...attributes.keys()])));
  for (const name of names) {
    const marks = found.map((elements) => elements.map(({ attributes }) => attributes.get(name)));
    const values = [...new Set(marks.flat())];
    const isDistinct = marks.every((ofRecord) => new Set(ofRecord).size === ofRecord.length);
    const isWritable = values.every((value) => value === undefined || !/'/.test(value));
    if (isDistinct && isWritable && values.length <= mostMarks) return { name, values };
  }
  return undefined;
}

const literal = (text: string) => `'${text}'`;
