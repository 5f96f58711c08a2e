/** Reads the operation shapes that the SDK clients carry at run time (undocumented tuples, hence the exact version pins):
 * `[kind, namespace, name, traits, …]`, where kind 9 is an operation, 3 a structure, -3 an error, 4 a union, 1 a list,
 * 2 a map, 0 a named simple type. A number alone is a simple type, with 64 for a list of it and 128 for a map to it. */

export type ScalarKind =
  | "string"
  | "number"
  | "boolean"
  | "timestamp"
  | "date-time"
  | "http-date"
  | "blob"
  | "document";

export interface Traits {
  readonly isLabel: boolean;
  readonly isPayload: boolean;
  readonly isStatus: boolean;
  readonly header: string | undefined;
  readonly prefixHeaders: string | undefined;
  readonly query: string | undefined;
  readonly xmlName: string | undefined;
  readonly isFlattened: boolean;
  readonly isAttribute: boolean;
}

export interface Member {
  readonly name: string;
  readonly shape: () => Shapes;
  readonly traits: Traits;
}

export type Shapes =
  | {
      readonly kind: "structure";
      readonly name: string;
      readonly xmlName: string | undefined;
      readonly members: readonly Member[];
      readonly required: readonly string[];
      readonly isUnion: boolean;
    }
  | { readonly kind: "list"; readonly item: Member }
  | { readonly kind: "map"; readonly key: Member; readonly value: Member }
  | { readonly kind: ScalarKind };

export interface OperationShape {
  readonly name: string;
  readonly http: { readonly method: string; readonly path: string; readonly status: number } | undefined;
  readonly input: Shapes;
  readonly output: Shapes;
}

export interface ErrorShape {
  readonly name: string;
  readonly statusCode: number | undefined;
  /** The code on the wire of the query protocol, where it differs from the name. */
  readonly queryCode: string | undefined;
}

export interface ServiceShapes {
  readonly operations: ReadonlyMap<string, OperationShape>;
  readonly errors: ReadonlyMap<string, ErrorShape>;
}

type Tuple = readonly unknown[];

/** All operations and errors among the exports of an SDK client's module. */
export function readShapes(module: Readonly<Record<string, unknown>>): ServiceShapes {
  const operations = new Map<string, OperationShape>();
  const errors = new Map<string, ErrorShape>();
  for (const value of Object.values(module)) {
    if (!Array.isArray(value)) continue;
    if (value[0] === 9) {
      const operation = readOperation(value);
      operations.set(operation.name, operation);
    }
    if (value[0] === -3) {
      const error = readError(value);
      errors.set(error.name, error);
    }
  }
  return { operations, errors };
}

function readOperation(tuple: Tuple): OperationShape {
  const http = traitsObject(tuple[3]).http;
  const [method, path, status] = Array.isArray(http) ? http : [];
  return {
    name: String(tuple[2]),
    http: http === undefined ? undefined : { method: String(method), path: String(path), status: Number(status) },
    input: readShape(tuple[4]),
    output: readShape(tuple[5]),
  };
}

function readError(tuple: Tuple): ErrorShape {
  const traits = traitsObject(tuple[3]);
  const query = Array.isArray(traits.awsQueryError) ? traits.awsQueryError : [];
  return {
    name: String(tuple[2]),
    statusCode: typeof traits.httpError === "number" ? traits.httpError : undefined,
    queryCode: typeof query[0] === "string" ? query[0] : undefined,
  };
}

const cache = new WeakMap<object, Shapes>();

/** A reference is a number, a tuple, a function that gives either, or `[reference, traits]`. */
export function readShape(reference: unknown): Shapes {
  const target = typeof reference === "function" ? reference() : reference;
  if (typeof target === "number") return simple(target);
  if (!Array.isArray(target)) return structure("Unit", undefined, [], [], 0, false);
  if (target.length <= 2) return readShape(target[0]);
  const known = cache.get(target);
  if (known !== undefined) return known;
  const shape = readTuple(target);
  cache.set(target, shape);
  return shape;
}

function readTuple(tuple: Tuple): Shapes {
  const [kind, , name, traits] = tuple;
  if (kind === 0) return readShape(tuple[4]);
  if (kind === 1) return { kind: "list", item: member("member", tuple[4]) };
  if (kind === 2) return { kind: "map", key: member("key", tuple[4]), value: member("value", tuple[5]) };
  const names = Array.isArray(tuple[4]) ? tuple[4] : [];
  const targets = Array.isArray(tuple[5]) ? tuple[5] : [];
  const { xmlName } = traitsObject(traits);
  return structure(
    String(name),
    typeof xmlName === "string" ? xmlName : undefined,
    names,
    targets,
    Number(tuple[6] ?? 0),
    kind === 4,
  );
}

function structure(
  name: string,
  xmlName: string | undefined,
  names: Tuple,
  targets: Tuple,
  required: number,
  isUnion: boolean,
): Shapes {
  const members = names.map((each, index) => member(String(each), targets[index]));
  return {
    kind: "structure",
    name,
    xmlName,
    members,
    required: members.slice(0, required).map((each) => each.name),
    isUnion,
  };
}

function member(name: string, reference: unknown): Member {
  const isPair = Array.isArray(reference) && reference.length === 2;
  return { name, shape: () => readShape(reference), traits: readTraits(isPair ? reference[1] : 0, reference) };
}

function readTraits(own: unknown, reference: unknown): Traits {
  const traits = { ...targetTraits(reference), ...traitsObject(own) };
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    isLabel: traits.httpLabel === 1,
    isPayload: traits.httpPayload === 1,
    isStatus: traits.httpResponseCode === 1,
    header: text(traits.httpHeader)?.toLowerCase(),
    prefixHeaders: text(traits.httpPrefixHeaders)?.toLowerCase(),
    query: text(traits.httpQuery),
    xmlName: text(traits.xmlName),
    isFlattened: traits.xmlFlattened === 1,
    isAttribute: traits.xmlAttribute === 1,
  };
}

/** A structure's own xmlName is that of its document, not of a member that has it. */
function targetTraits(_reference: unknown): Record<string, unknown> {
  return {};
}

const BIT_TRAITS = [
  "httpLabel",
  "idempotent",
  "idempotencyToken",
  "sensitive",
  "httpPayload",
  "httpResponseCode",
  "httpQueryParams",
];

function traitsObject(traits: unknown): Record<string, unknown> {
  if (typeof traits === "number") {
    return Object.fromEntries(BIT_TRAITS.filter((_, bit) => (traits >> bit) & 1).map((name) => [name, 1]));
  }
  return typeof traits === "object" && traits !== null ? { ...traits } : {};
}

const SCALARS: Readonly<Record<number, ScalarKind>> = {
  0: "string",
  1: "number",
  2: "boolean",
  4: "timestamp",
  5: "date-time",
  6: "http-date",
  7: "timestamp",
  15: "document",
  17: "number",
  19: "number",
  21: "blob",
  42: "blob",
};

function simple(code: number): Shapes {
  if (code & 128) return { kind: "map", key: member("key", 0), value: member("value", code & 63) };
  if (code & 64) return { kind: "list", item: member("member", code & 63) };
  const kind = SCALARS[code];
  if (kind === undefined)
    throw new Error(`the SDK's schemas have a simple type ${code} that is not known here; check the pinned version`);
  return { kind };
}
