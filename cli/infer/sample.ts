/** A value as it stands in a file: plain text, or a JSON number, boolean or nested value with its literal text. */
export type Value = string | { readonly kind: "number" | "boolean" | "nested"; readonly text: string };

/** One place that values come from: a CSV column, a JSON path, an XPath. */
export interface Field {
  /** As the contract's `from:` has it; a number is a position of a CSV without header. */
  readonly from: string | number;
  /** What a column may be called after, the nearest name last: `properties`, `mag`. */
  readonly path: readonly string[];
  /** One for each record, in their order; null where the record has none. */
  readonly values: readonly (Value | null)[];
  /** Which of several fields of this name in a CSV's header, from 1. */
  readonly occurrence?: number;
  /** The type that the file itself gives it; otherwise the values tell. */
  readonly given?: { readonly type: string; readonly round?: boolean; readonly notes: readonly string[] };
  /** Why no value can be taken from here; the column is then written as a comment. */
  readonly obstacle?: string;
  /** True when one of several files does not have it at all. */
  readonly isOptional?: boolean;
}

export const typedFormats = ["parquet", "avro", "orc", "xlsx"] as const;
type SampleFormat = "csv" | "fixed" | "json" | "xml" | (typeof typedFormats)[number];

/** What was read of the files: their format, and every value by its place. */
export interface Sample {
  /** The members of `format:` beside the type, as the contract has them; only what is no default. */
  readonly format: { readonly type: SampleFormat } & Readonly<Record<string, string | number | boolean>>;
  readonly fields: readonly Field[];
  readonly records: number;
  /** What a person should know about the files, for comments. */
  readonly notes: readonly string[];
}

/** What a person says where the files do not. */
export interface Hints {
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly header?: boolean;
  /** Fixed width: true, or the ranges of its columns, such as `1-10,11-18`. */
  readonly fixed?: true | string;
  /** The path (JSON) or the element (XML) of the records. */
  readonly records?: string;
}

export const textOf = (value: Value) => (typeof value === "string" ? value : value.text);

/** A text as comments and messages show it: one line, in quotes, cut after 40 characters. */
export function shown(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  return `'${line.length > 40 ? `${line.slice(0, 40)}…` : line}'`;
}
