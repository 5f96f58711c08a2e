import { NotSupportedLocally, RedshiftError } from "./errors.js";
import { type Reader, splitTopLevel } from "./reader.js";
import { nameOf } from "./tokens.js";
import type { CopyCommand, Draft } from "./translation.js";

/** Parameters that COPY has, but not from Parquet (C1.1). */
const NOT_FOR_PARQUET: ReadonlySet<string> = new Set(
  `maxerror acceptanydate region compupdate dateformat timeformat truncatecolumns blanksasnull emptyasnull ignoreheader
  delimiter quote gzip lzop bzip2 zstd escape removequotes trimblanks roundec ignoreblanklines noload comprows readratio
  encrypted fixedwidth null encoding`.split(/\s+/),
);

interface Options {
  iamRole?: string;
  isParquet: boolean;
  isManifest: boolean;
  fillRecord: boolean;
  acceptInvalidCharacters: boolean;
  serializeToJson: boolean;
}

function readFormat(reader: Reader): void {
  reader.accept("as");
  const format = reader.next().text;
  if (format !== "parquet") throw new NotSupportedLocally(`COPY FORMAT ${format.toUpperCase()}`);
}

function readOption(reader: Reader, options: Options): void {
  if (reader.accept("iam_role")) {
    if (reader.accept("default")) options.iamRole = "default";
    else options.iamRole = reader.string();
  } else if (reader.accept("format")) {
    readFormat(reader);
    options.isParquet = true;
  } else if (reader.accept("parquet")) options.isParquet = true;
  else if (reader.accept("manifest")) options.isManifest = true;
  else if (reader.accept("statupdate")) {
    if (!reader.accept("on")) reader.accept("off");
  } else if (reader.accept("fillrecord")) options.fillRecord = true;
  else if (reader.accept("serializetojson")) options.serializeToJson = true;
  else if (reader.accept("acceptinvchars")) options.acceptInvalidCharacters = true;
  else readRefusedOption(reader);
}

function readRefusedOption(reader: Reader): never {
  const word = reader.next().text;
  if (NOT_FOR_PARQUET.has(word))
    throw new RedshiftError(`${word.toUpperCase()} option is not supported for COPY from PARQUET format`);
  if (["credentials", "access_key_id", "secret_access_key", "session_token", "with"].includes(word)) {
    throw new NotSupportedLocally(`COPY ${word.toUpperCase()}`);
  }
  throw new RedshiftError(`syntax error at or near "${word}"`);
}

/** COPY, from the word after it. Only Parquet is simulated (C1, C2). */
export function readCopy(reader: Reader): Draft {
  const table = reader.name();
  const columns = reader.isNext("(")
    ? splitTopLevel(reader.parenthesised(), ",").map((part) => part.map(nameOf).join(""))
    : undefined;
  reader.expect("from");
  const source = reader.string();
  const options: Options = {
    isParquet: false,
    isManifest: false,
    fillRecord: false,
    acceptInvalidCharacters: false,
    serializeToJson: false,
  };
  while (!reader.isAtEnd) readOption(reader, options);
  if (!source.startsWith("s3://")) throw new NotSupportedLocally(`COPY FROM '${source}'`);
  if (!options.isParquet) throw new NotSupportedLocally("COPY of anything but FORMAT AS PARQUET");
  if (options.iamRole === undefined) throw new RedshiftError("CREDENTIALS argument is required but not supplied");
  const copy: CopyCommand = { table, columns, source, ...options, iamRole: options.iamRole };
  return { command: "COPY", node: "", sql: "", runs: [], copy };
}
