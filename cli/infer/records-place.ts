import type { Json, JsonObject } from "./json-text.js";

/** Where a document keeps its records. */
export interface RecordsPlace {
  /** As `records:` has it. */
  readonly path: string;
  readonly records: readonly Json[];
  /** For each star over named members: its `$1`, `$2` …, and what it stood for, by record. */
  readonly stars: readonly { readonly name: string; readonly from: string; readonly values: readonly string[] }[];
  /** For each record the objects that it stands in, the nearest first; lists do not count. */
  readonly above: readonly (readonly JsonObject[])[];
}

export interface Candidate {
  readonly steps: readonly Step[];
  readonly depth: number;
  readonly found: readonly Found[];
}

/** `*` over members or elements, or a member's name. */
export type Step = { readonly star: "members" | "elements" } | { readonly member: string };
export interface Found {
  readonly record: Json;
  readonly stars: readonly string[];
  readonly above: readonly JsonObject[];
}
