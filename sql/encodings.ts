import { expression, type Fragment, nothing } from "./render.js";

/** A compression encoding: a key word of Redshift, written without quotes. */
const encodings = {
  raw: expression`RAW`,
  az64: expression`AZ64`,
  bytedict: expression`BYTEDICT`,
  delta: expression`DELTA`,
  delta32k: expression`DELTA32K`,
  lzo: expression`LZO`,
  mostly8: expression`MOSTLY8`,
  mostly16: expression`MOSTLY16`,
  mostly32: expression`MOSTLY32`,
  runlength: expression`RUNLENGTH`,
  text255: expression`TEXT255`,
  text32k: expression`TEXT32K`,
  zstd: expression`ZSTD`,
} as const satisfies Readonly<Record<string, Fragment>>;

/** ENCODE …, or nothing: Redshift chooses. @throws EncodingUnknown */
export const encodeClause = ({ encode }: { readonly encode: string | null }): Fragment =>
  encode === null ? nothing : expression` ENCODE ${encoding(encode)}`;

/** The contract names a compression that Redshift does not have. */
export class EncodingUnknown extends Error {
  override readonly name = "EncodingUnknown";
}

/** @throws EncodingUnknown */
export function encoding(name: string): Fragment {
  const found = Object.entries(encodings).find(([known]) => known === name.toLowerCase());
  if (found === undefined) {
    throw new EncodingUnknown(
      `'${name}' is no compression encoding; Redshift has ${Object.keys(encodings).join(", ")}`,
    );
  }
  return found[1];
}
