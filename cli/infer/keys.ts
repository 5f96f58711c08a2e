import type { InferredColumn } from "./columns.js";

export interface Keys {
  /** Empty when no columns tell the records apart. */
  readonly key: readonly string[];
  readonly orderBy: string | undefined;
  /** What was looked at and found, for comments. */
  readonly evidence: readonly string[];
}

const isKeyLike = /(?:^|_)(?:id|key|code|uuid|guid|number|no|nr|sku|iso)(?:_|$)/;
const isPeriod = /(?:^|_)(?:year|month|week|day|hour|quarter)(?:_|$)/;
const isVersionLike = /(?:^|_)(?:updated|modified|changed|version|revision|seq|sequence|lsn|edited|last)(?:_|$)/;
const isAmountLike =
  /amount|price|total|sum|qty|quantity|count|value|rate|size|betrag|menge|preis|summe|anzahl|montant|prix|quantite|importe|precio/;
const isTime = (column: InferredColumn) => column.guess.type === "timestamp" || column.guess.type === "date";
const mostPaired = 8;
const mostShown = 4;

/** Which columns tell records apart, and which says which version is newer. */
export function findKeys(columns: readonly InferredColumn[], records: number): Keys {
  const counts = columns.length > 1 && firstCounts(columns[0], records);
  const usable = columns.filter(
    (column) => column.filled === records && (canBeKey(column) || (counts && column === columns[0])),
  );
  const evidence: string[] = [];
  const orders = columns.filter((column) => column.filled === records && canOrder(column));
  const versions = orders.filter(({ name }) => isVersionLike.test(name));
  const unique = usable.filter(({ distinct }) => distinct === records).toSorted(byLikeness(columns));
  const [best] = unique;
  if (best !== undefined && records > 1) {
    evidence.push(
      `key: ${unique
        .slice(0, mostShown)
        .map((column) => told(column, records))
        .join("; ")}`,
    );
    const orderBy = versions.find((column) => column !== best)?.name;
    return { key: [best.name], orderBy, evidence: [...evidence, ...orderEvidence(orders, orderBy)] };
  }
  const versioned = findVersioned(usable, versions, records);
  if (versioned !== undefined) {
    const { key, order } = versioned;
    evidence.push(`key: ${told(key, records)}, and each of its versions has a different ${order.name}`);
    return { key: [key.name], orderBy: order.name, evidence: [...evidence, ...orderEvidence(orders, order.name)] };
  }
  const pair = findPair(usable, records);
  if (pair !== undefined) {
    const [first, second] = pair;
    evidence.push(`key: ${told(first, records)}, ${told(second, records)}; together ${records} of ${records} distinct`);
    const orderBy = versions.find((column) => !pair.includes(column))?.name;
    return { key: pair.map(({ name }) => name), orderBy, evidence: [...evidence, ...orderEvidence(orders, orderBy)] };
  }
  if (records === 1) {
    return { key: [], orderBy: undefined, evidence: ["key: one record does not show which column identifies records"] };
  }
  const nearest = usable.toSorted((a, b) => b.distinct - a.distinct).slice(0, mostShown);
  evidence.push(
    nearest.length === 0
      ? "key: no column with a value in every record looks like one"
      : `key: no column, and no pair of columns, is unique; nearest are ${nearest.map((column) => told(column, records)).join("; ")}`,
  );
  return { key: [], orderBy: undefined, evidence };
}

/** Numbers with decimals are written in several ways, and amounts differ by chance: neither is a key. */
function canBeKey({ guess: { type = "super" }, name }: InferredColumn): boolean {
  if (["super", "double precision", "real", "boolean"].includes(type)) return false;
  return (
    !/^(?:integer|bigint|decimal)/.test(type) ||
    (/,0\)$|^[a-z]+$/.test(type) && (isKeyLike.test(name) || isPeriod.test(name)))
  );
}

/** Whether the first column is a whole number that tells all records apart: whatever its name in whatever language, a key. */
const firstCounts = (first: InferredColumn | undefined, records: number) =>
  first !== undefined &&
  !isAmountLike.test(first.name) &&
  /^(?:integer|bigint)$/.test(first.guess.type ?? "") &&
  first.distinct === records;

const canOrder = ({ guess, name }: InferredColumn) =>
  guess.type === "timestamp" ||
  guess.type === "date" ||
  ((guess.type === "integer" || guess.type === "bigint") && isVersionLike.test(name));

/** Named like keys first, then in the order of the file; times are keys last of all. */
const byLikeness = (columns: readonly InferredColumn[]) => (a: InferredColumn, b: InferredColumn) => {
  const rank = (column: InferredColumn) => likeness(column, columns.indexOf(column));
  return rank(a) - rank(b);
};

function likeness(column: InferredColumn, at: number): number {
  if (column.name === "id") return at;
  if (/_id$/.test(column.name)) return 2000 + at;
  if (isKeyLike.test(column.name)) return 4000 + at;
  if (/^(?:integer|bigint)$/.test(column.guess.type ?? "")) return 5000 + at;
  return (isTime(column) ? 8000 : 6000) + at;
}

const told = ({ name, distinct }: InferredColumn, records: number) => `${name} ${distinct} of ${records} distinct`;

function orderEvidence(orders: readonly InferredColumn[], chosen: string | undefined): string[] {
  if (orders.length === 0) return [];
  const each = orders.map((column) => `${column.name}${isIncreasing(column.values) ? " (never falls)" : ""}`);
  const hint =
    chosen === undefined
      ? "; none is named like the time of a change, so batches are ordered by partition and arrival"
      : "";
  return [`order_by: filled everywhere and ordered: ${each.slice(0, mostShown).join(", ")}${hint}`];
}

/** Compared as numbers where they are, else as texts: ISO times sort so. */
function isIncreasing(values: readonly (string | null)[]): boolean {
  const isNumeric = values.every((value) => value !== null && value !== "" && !Number.isNaN(Number(value)));
  return values.every((value, index) => {
    const before = index === 0 ? undefined : values[index - 1];
    if (value === null || before === undefined || before === null) return true;
    return isNumeric ? Number(before) <= Number(value) : before <= value;
  });
}

/** A column named like a key, of which some values come again with another time of change. */
function findVersioned(usable: readonly InferredColumn[], versions: readonly InferredColumn[], records: number) {
  for (const key of usable.filter(({ name, distinct }) => isKeyLike.test(name) && distinct >= records / 2)) {
    for (const order of versions) {
      if (order !== key && countPairs(key, order) === records) return { key, order };
    }
  }
  return undefined;
}

function findPair(usable: readonly InferredColumn[], records: number) {
  const likely = usable
    .filter(({ distinct }) => distinct > 1)
    .toSorted((a, b) => Number(isKeyLike.test(b.name)) - Number(isKeyLike.test(a.name)) || b.distinct - a.distinct)
    .slice(0, mostPaired);
  for (const [index, first] of likely.entries()) {
    for (const second of likely.slice(index + 1)) {
      if (first.distinct * second.distinct >= records && countPairs(first, second) === records)
        return [first, second] as const;
    }
  }
  return undefined;
}

const countPairs = (first: InferredColumn, second: InferredColumn) =>
  new Set(first.values.map((value, index) => `${value}\0${second.values[index]}`)).size;
