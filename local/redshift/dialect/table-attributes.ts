import { syntaxError } from "./errors.js";
import { type Reader, splitTopLevel } from "./reader.js";
import { nameOf, type Token } from "./tokens.js";

/** What Redshift keeps about a table beside its columns; recorded, and shown by the catalogue views. */
export interface TableAttributes {
  readonly diststyle?: string;
  readonly distkey?: string;
  readonly sortstyle?: string;
  readonly sortkeys?: readonly string[];
  readonly backup?: boolean;
  readonly encodings?: Readonly<Record<string, string>>;
}

function columnList(reader: Reader): readonly string[] {
  return splitTopLevel(reader.parenthesised(), ",").map((part: readonly Token[]) => {
    const [only, ...more] = part;
    if (only === undefined || more.length > 0) throw syntaxError(")");
    return nameOf(only);
  });
}

/** Reads BACKUP, DISTSTYLE, DISTKEY, SORTKEY and ENCODE AUTO, as long as there are any. */
export function readTableAttributes(reader: Reader): TableAttributes {
  let found: TableAttributes = {};
  for (;;) {
    if (reader.accept("backup")) found = { ...found, backup: readYesOrNo(reader) };
    else if (reader.accept("diststyle")) found = { ...found, diststyle: readStyle(reader) };
    else if (reader.accept("distkey")) found = { ...found, diststyle: "KEY", ...first(columnList(reader)) };
    else if (reader.accept("encode", "auto")) continue;
    else if (reader.accept("sortkey", "auto")) found = { ...found, sortstyle: "AUTO" };
    else if (reader.accept("compound", "sortkey"))
      found = { ...found, sortstyle: "COMPOUND", sortkeys: columnList(reader) };
    else if (reader.accept("interleaved", "sortkey"))
      found = { ...found, sortstyle: "INTERLEAVED", sortkeys: columnList(reader) };
    else if (reader.accept("sortkey")) found = { ...found, sortstyle: "COMPOUND", sortkeys: columnList(reader) };
    else return found;
  }
}

function first(columns: readonly string[]): { readonly distkey?: string } {
  const [distkey, ...more] = columns;
  if (distkey === undefined || more.length > 0) throw syntaxError(")");
  return { distkey };
}

export function readYesOrNo(reader: Reader): boolean {
  if (reader.accept("yes")) return true;
  reader.expect("no");
  return false;
}

export function readStyle(reader: Reader): string {
  const style = reader.next().text.toUpperCase();
  if (!["AUTO", "EVEN", "KEY", "ALL"].includes(style)) throw syntaxError(style.toLowerCase());
  return style;
}
