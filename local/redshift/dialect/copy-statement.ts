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
  isJson: boolean;
  nullText: string;
  /** Parameters that only texts have, by name. */
  ofTexts: string[];
  isManifest: boolean;
  fillRecord: boolean;
  acceptInvalidCharacters: boolean;
  serializeToJson: boolean;
}

function readFormat(reader: Reader, options: Options): void {
  reader.accept("as");
  const format = reader.next().text;
  if (format === "json") {
    const how = reader.string();
    if (how !== "auto") throw new NotSupportedLocally(`COPY FORMAT JSON '${how}'`);
    options.isJson = true;
  } else if (format === "parquet") options.isParquet = true;
  else throw new NotSupportedLocally(`COPY FORMAT ${format.toUpperCase()}`);
}

/** What is simulated of the parameters of texts: those that change no value that is there. */
function readTextOption(reader: Reader, options: Options): boolean {
  for (const name of ["dateformat", "timeformat"]) {
    if (!reader.accept(name)) continue;
    reader.accept("as");
    const pattern = reader.string();
    if (pattern !== "auto") throw new NotSupportedLocally(`COPY ${name.toUpperCase()} '${pattern}'`);
    options.ofTexts.push(name);
    return true;
  }
  if (reader.accept("compupdate")) {
    if (!reader.accept("off")) throw new NotSupportedLocally("COPY COMPUPDATE but OFF");
    options.ofTexts.push("compupdate");
    return true;
  }
  if (!reader.accept("null")) return false;
  reader.accept("as");
  options.nullText = reader.string();
  options.ofTexts.push("null");
  return true;
}

function readOption(reader: Reader, options: Options): void {
  if (reader.accept("iam_role")) {
    if (reader.accept("default")) options.iamRole = "default";
    else options.iamRole = reader.string();
  } else if (reader.accept("format")) {
    readFormat(reader, options);
  } else if (reader.accept("parquet")) options.isParquet = true;
  else if (reader.accept("manifest")) options.isManifest = true;
  else if (reader.accept("statupdate")) {
    if (!reader.accept("on")) reader.accept("off");
  } else if (reader.accept("fillrecord")) options.fillRecord = true;
  else if (reader.accept("serializetojson")) options.serializeToJson = true;
  else if (reader.accept("acceptinvchars")) options.acceptInvalidCharacters = true;
  else if (!readTextOption(reader, options)) readRefusedOption(reader);
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

/** COPY, from the word after it. Only Parquet, and JSON by the columns' names, are simulated (C1, C2). */
export function readCopy(reader: Reader): Draft {
  const table = reader.name();
  const columns = reader.isNext("(")
    ? splitTopLevel(reader.parenthesised(), ",").map((part) => part.map(nameOf).join(""))
    : undefined;
  reader.expect("from");
  const source = reader.string();
  const options: Options = {
    isParquet: false,
    isJson: false,
    nullText: "\\N",
    ofTexts: [],
    isManifest: false,
    fillRecord: false,
    acceptInvalidCharacters: false,
    serializeToJson: false,
  };
  while (!reader.isAtEnd) readOption(reader, options);
  if (!source.startsWith("s3://")) throw new NotSupportedLocally(`COPY FROM '${source}'`);
  if (options.isParquet === options.isJson)
    throw new NotSupportedLocally("COPY of anything but FORMAT AS PARQUET or JSON");
  const [other] = options.isParquet ? options.ofTexts : [];
  if (other !== undefined)
    throw new RedshiftError(`${other.toUpperCase()} option is not supported for COPY from PARQUET format`);
  if (options.iamRole === undefined) throw new RedshiftError("CREDENTIALS argument is required but not supplied");
  const copy: CopyCommand = { table, columns, source, ...options, iamRole: options.iamRole };
  return { command: "COPY", node: "", sql: "", runs: [], copy };
}
