import { areNamed, arePlacesOfRows, isRow } from "./json-arrays.js";
import { isList, isObject, type Json, type JsonObject, joinPath } from "./json-text.js";
import type { Candidate, Found, RecordsPlace, Step } from "./records-place.js";
import { InferenceRefused } from "./refusal.js";

const deepest = 6;

/** @throws InferenceRefused when there are no records, or several places are as likely. */
export function findRecords(name: string, document: Json, wanted: string | undefined): RecordsPlace {
  const candidates = collect([{ record: document, stars: [], above: [] }], []);
  const written = candidates.map((candidate) => ({ ...candidate, path: pathText(candidate.steps) }));
  const tables = written.filter(
    ({ found }) => found.some(({ record }) => isObject(record)) || arePlacesOfRows({ found }),
  );
  const known = tables.map(({ path, found }) => `${path} (${found.length})`).join(", ");
  if (wanted !== undefined) {
    const chosen = written.find(({ path }) => path === wanted);
    if (chosen !== undefined) return place(chosen);
    const others = known === "" ? "" : ` Found are ${known}.`;
    throw new InferenceRefused(
      "RecordsUnknown",
      `'${name}' has no objects and no arrays of values at '${wanted}' that could be records.${others}`,
    );
  }
  const likely = [2, 1].map((values) => shallowest(written, values)).find((found) => found.length > 0);
  const rows = tables.filter(arePlacesOfRows);
  // A table whose columns the document names is what the document is about; the names are no records.
  const named = rows.filter(areNamed);
  const [first, ...others] = named.length > 0 ? highest(named) : (likely ?? highest(rows));
  if (first === undefined) {
    const remedy =
      known === "" ? "Deliver an array of objects, or one object a line." : `Name them with --records: ${known}.`;
    throw new InferenceRefused("RecordsUnknown", `'${name}': no list of records was found. ${remedy}`);
  }
  if (others.length > 0) {
    const choices = [first, ...others].map(({ path }) => path).join(" or ");
    throw new InferenceRefused(
      "RecordsUnknown",
      `'${name}' holds several lists of records. Choose one: --records ${choices}`,
    );
  }
  return place(first);
}

/** Every place of several objects below these, the places of the same path taken together. */
function collect(nodes: readonly Found[], steps: readonly Step[]): Candidate[] {
  if (steps.length >= deepest) return [];
  const objects = nodes.filter(({ record }) => isObject(record));
  const lists = nodes.filter(({ record }) => isList(record));
  const candidates: Candidate[] = [];
  if (lists.length > 0) {
    const found = lists.flatMap(({ record, stars, above }) =>
      isList(record)
        ? record.map((element, index) => ({ record: element, stars: [...stars, String(index)], above }))
        : [],
    );
    candidates.push(...below(found, [...steps, { star: "elements" }]));
  }
  if (objects.length === 0) return candidates;
  const members = objects.flatMap(({ record, stars, above }) =>
    isObject(record)
      ? Object.entries(record).map(([name, value]) => ({ name, value, stars, above: [record, ...above] }))
      : [],
  );
  if (objects.every(({ record }) => isObject(record) && isMap(record))) {
    const found = members.map(({ name, value, stars, above }) => ({ record: value, stars: [...stars, name], above }));
    return [...candidates, ...below(found, [...steps, { star: "members" }])];
  }
  for (const name of new Set(members.map((member) => member.name))) {
    const values = members.filter((member) => member.name === name);
    if (!values.some(({ value }) => isList(value) || isObject(value))) continue;
    candidates.push(
      ...collect(
        values.map(({ value, stars, above }) => ({ record: value, stars, above })),
        [...steps, { member: name }],
      ),
    );
  }
  return candidates;
}

function below(found: readonly Found[], steps: readonly Step[]): Candidate[] {
  const objects = found.filter(({ record }) => isObject(record));
  const here = { steps, depth: steps.length, found };
  if (objects.length > 0) return [here, ...collect(objects, steps)];
  return found.some(({ record }) => isRow(record)) ? [here] : [];
}

/** An object whose members are objects of one kind: its names are data, such as codes or dates. */
export function isMap(value: JsonObject): boolean {
  const members = Object.values(value);
  if (members.length < 3 || !members.every(isObject)) return false;
  const names = members.map((member) => Object.keys(member));
  const counts = new Map<string, number>();
  for (const name of names.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const shared = [...counts.values()].filter((count) => count >= members.length / 2).length;
  return shared > 0 && shared >= counts.size / 2;
}

/** The places that stand highest, of those whose objects have so many values of their own. */
function shallowest<Place extends Candidate>(places: readonly Place[], values: number): readonly Place[] {
  return highest(places.filter(({ found }) => hasOwnValues(found, values)));
}

function highest<Place extends Candidate>(places: readonly Place[]): readonly Place[] {
  const depth = Math.min(...places.map((candidate) => candidate.depth));
  return places.filter((candidate) => candidate.depth === depth);
}

/** Lists are left out: a region with a name and a list of countries is no record where the countries are. */
function hasOwnValues(found: readonly Found[], values: number): boolean {
  const objects = found.flatMap(({ record }) => (isObject(record) ? [record] : []));
  const own = objects.map((record) => Object.values(record).filter((value) => !isListOfObjects(value)).length);
  return objects.length >= found.length / 2 && own.reduce((sum, count) => sum + count, 0) >= values * objects.length;
}

const isListOfObjects = (value: Json) => isList(value) && value.some((element) => isObject(element));

/** `a.*.b`: the star that ends a list's path is left out, since a path to a list means its elements. */
function pathText(steps: readonly Step[]): string {
  const last = steps.at(-1);
  const named =
    steps.length > 1 && last !== undefined && "star" in last && last.star === "elements" ? steps.slice(0, -1) : steps;
  return named
    .map((step) => ("star" in step ? "*" : joinPath([step.member])))
    .reduce((path, step) => (step.startsWith("[") || path === "" ? `${path}${step}` : `${path}.${step}`), "");
}

function place({ path, steps, found }: Candidate & { readonly path: string }): RecordsPlace {
  const starAt = steps.flatMap((step, at) => ("star" in step ? [{ at, over: step.star }] : []));
  const stars = starAt.flatMap(({ at, over }, index) => {
    // The indexes of elements say nothing.
    if (over === "elements") return [];
    const before = steps[at - 1];
    const name = before !== undefined && "member" in before ? singular(before.member) : "key";
    return [{ name, from: `$${index + 1}`, values: found.map((each) => each.stars[index] ?? "") }];
  });
  return { path, records: found.map(({ record }) => record), stars, above: found.map(({ above }) => above) };
}

const singular = (word: string) => word.replace(/ies$/, "y").replace(/s$/, "");
