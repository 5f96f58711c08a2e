import { NormalizedSchema, SCHEMA } from "@smithy/core/schema";
import type { StaticErrorSchema, StaticOperationSchema } from "@smithy/types";
import { z } from "zod";

/** Reads the schemas of operations that the SDK's clients carry, as far as the wire formats here need them. */

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

/** All operations and errors among the exports of an SDK client's module. */
export function readShapes(module: Readonly<Record<string, unknown>>): ServiceShapes {
  const operations = new Map<string, OperationShape>();
  const errors = new Map<string, ErrorShape>();
  for (const value of Object.values(module)) {
    if (isOperation(value)) operations.set(value[2], readOperation(value));
    if (isError(value)) errors.set(value[2], readError(value));
  }
  return { operations, errors };
}

const isOperation = (value: unknown): value is StaticOperationSchema => Array.isArray(value) && value[0] === 9;
const isError = (value: unknown): value is StaticErrorSchema => Array.isArray(value) && value[0] === -3;

function readOperation([, , name, traits, input, output]: StaticOperationSchema): OperationShape {
  const [method, path, status] = (typeof traits === "object" ? traits.http : undefined) ?? [];
  const http =
    method === undefined || path === undefined || status === undefined ? undefined : { method, path, status };
  return { name, http, input: readShape(NormalizedSchema.of(input)), output: readShape(NormalizedSchema.of(output)) };
}

/** The traits of errors that Smithy's types leave open: the status, and the query protocol's code and status. */
const ErrorTraits = z.object({
  httpError: z.number().optional(),
  awsQueryError: z.tuple([z.string()]).rest(z.unknown()).optional(),
});

function readError(schema: StaticErrorSchema): ErrorShape {
  const { httpError, awsQueryError } = ErrorTraits.parse(NormalizedSchema.of(schema).getOwnTraits());
  return { name: schema[2], statusCode: httpError, queryCode: awsQueryError?.[0] };
}

const structures = new WeakMap<object, Shapes>();

function readShape(schema: NormalizedSchema): Shapes {
  if (schema.isStructSchema()) return readStructure(schema);
  if (schema.isDocumentSchema()) return { kind: "document" };
  if (schema.isListSchema()) return { kind: "list", item: member("member", schema.getValueSchema()) };
  if (schema.isMapSchema()) {
    return { kind: "map", key: member("key", schema.getKeySchema()), value: member("value", schema.getValueSchema()) };
  }
  if (schema.isUnitSchema()) {
    return { kind: "structure", name: "Unit", xmlName: undefined, members: [], required: [], isUnion: false };
  }
  return { kind: scalarKind(schema) };
}

/** Structures may hold themselves: each is read once, and its members when they are asked for. */
function readStructure(schema: NormalizedSchema): Shapes {
  const own = schema.getSchema();
  const key = Array.isArray(own) ? own : schema;
  const known = structures.get(key);
  if (known !== undefined) return known;
  const members = [...schema.structIterator()].map(([name, each]) => member(name, each));
  const required = Array.isArray(own) && (own[0] === 3 || own[0] === -3) ? (own[6] ?? 0) : 0;
  const shape: Shapes = {
    kind: "structure",
    name: schema.getName() ?? "",
    xmlName: schema.getOwnTraits().xmlName,
    members,
    required: members.slice(0, required).map(({ name }) => name),
    isUnion: schema.isUnionSchema(),
  };
  structures.set(key, shape);
  return shape;
}

/** A structure's own xmlName is that of its document, not of a member that has it: only the member's traits count. */
function member(name: string, schema: NormalizedSchema): Member {
  const traits = schema.getMemberTraits();
  return {
    name,
    shape: () => readShape(schema),
    traits: {
      isLabel: traits.httpLabel === 1,
      isPayload: traits.httpPayload === 1,
      isStatus: traits.httpResponseCode === 1,
      header: traits.httpHeader?.toLowerCase(),
      prefixHeaders: traits.httpPrefixHeaders?.toLowerCase(),
      query: traits.httpQuery,
      xmlName: traits.xmlName,
      isFlattened: traits.xmlFlattened === 1,
      isAttribute: traits.xmlAttribute === 1,
    },
  };
}

function scalarKind(schema: NormalizedSchema): ScalarKind {
  if (schema.isTimestampSchema()) {
    const format = schema.getSchema();
    if (format === SCHEMA.TIMESTAMP_DATE_TIME) return "date-time";
    return format === SCHEMA.TIMESTAMP_HTTP_DATE ? "http-date" : "timestamp";
  }
  if (schema.isStringSchema()) return "string";
  if (schema.isBooleanSchema()) return "boolean";
  if (schema.isBlobSchema()) return "blob";
  if (schema.isNumericSchema() || schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) return "number";
  throw new Error(`the SDK has a schema of a type that is not known here: ${schema.getName()}`);
}
