import { columnTypeText } from "../column-type.js";
import { type Finding, findingAt, type Located } from "../finding.js";
import { nearest } from "../nearest.js";
import type { DatasetFile } from "../schema.js";
import { parseFindings } from "./parse.js";

type ColumnOf = DatasetFile["columns"][number];

/** What the job would refuse at its start: patterns it cannot read, constants and defaults that their type cannot hold. */
export function valueFindings(file: DatasetFile, located: Located): Finding[] {
  const findings: Finding[] = [];
  const { defaults } = file;
  findings.push(...parseFindings(file, located));
  file.columns.forEach((column, i) => {
    const settings = {
      type: column.type,
      parse: column.parse ?? defaults?.parse,
      truncate: column.truncate ?? defaults?.truncate,
    };
    for (const key of ["value", "default"] as const) {
      const constant = column[key];
      if (constant === undefined || canHold(settings, String(constant))) continue;
      findings.push(
        findingAt(located, ["columns", i, key], {
          found: `${JSON.stringify(constant)}, which ${columnTypeText(column.type)} cannot hold`,
          expected: `a value of type ${columnTypeText(column.type)}`,
          remedy: `Correct '${key}', or the type.`,
        }),
      );
    }
  });
  for (const [name, design] of Object.entries(file.table.columns)) {
    const column = file.columns.find((each) => each.name === name);
    const { encode } = design;
    if (column === undefined || encode === undefined) continue;
    const known = encodingsOf(column);
    if (known.includes(encode)) continue;
    const near = nearest(encode, known);
    findings.push(
      findingAt(located, ["table", "columns", name, "encode"], {
        found: `'${encode}' for ${columnTypeText(column.type)}`,
        expected: `one of ${known.join(", ")}`,
        remedy:
          near === undefined ? "Write one of these, or remove 'encode' to let Redshift choose." : `Write '${near}'.`,
      }),
    );
  }
  return findings;
}

/** A column's type, and its settings with the contract's `defaults` under them. */
interface Settings {
  readonly type: ColumnOf["type"];
  readonly parse: ColumnOf["parse"];
  readonly truncate: boolean | undefined;
}

const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const bounds: Readonly<Record<string, bigint>> = { smallint: 2n ** 15n, integer: 2n ** 31n, bigint: 2n ** 63n };

/** Only what is plainly wrong; how exactly a value fits is the job's own rule. */
function canHold({ type, parse, truncate }: Settings, text: string): boolean {
  const bound = bounds[type.name];
  if (bound !== undefined) {
    if (!number.test(text)) return false;
    return !/^[+-]?\d+$/.test(text) || (BigInt(text) >= -bound && BigInt(text) < bound);
  }
  switch (type.name) {
    case "decimal": {
      const whole = /^[+-]?0*(\d*)/.exec(text)?.[1] ?? "";
      return number.test(text) && (/[eE]/.test(text) || whole.length <= type.precision - type.scale);
    }
    case "real":
      return number.test(text) && Number.isFinite(Math.fround(Number(text)));
    case "double precision":
      return number.test(text) && Number.isFinite(Number(text));
    case "boolean":
      return /^(?:true|false|t|f|yes|no|y|n|1|0)$/i.test(text);
    case "char":
    case "varchar":
      return truncate === true || Buffer.byteLength(text) <= type.length;
    case "date":
    case "timestamp":
    case "timestamptz":
      return (parse !== undefined && parse !== "iso8601") || /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?$/.test(text);
    default:
      return true;
  }
}

const all = ["raw", "zstd"];
const numeric = [...all, "az64", "bytedict", "delta", "lzo", "runlength"];

/** The encodings that Redshift has for a type (https://docs.aws.amazon.com/redshift/latest/dg/c_Compression_encodings.html). */
function encodingsOf({ type }: ColumnOf): readonly string[] {
  switch (type.name) {
    case "smallint":
      return numeric.concat("mostly8");
    case "integer":
      return numeric.concat("delta32k", "mostly8", "mostly16");
    case "bigint":
      return numeric.concat("delta32k", "mostly8", "mostly16", "mostly32");
    case "decimal":
      return numeric.concat("delta32k", "mostly8", "mostly16", "mostly32");
    case "real":
    case "double precision":
      return [...all, "bytedict", "runlength"];
    case "boolean":
      return [...all, "runlength"];
    case "char":
      return [...all, "bytedict", "lzo", "runlength"];
    case "varchar":
      return [...all, "bytedict", "lzo", "runlength", "text255", "text32k"];
    case "super":
      return [...all, "lzo"];
    default:
      return numeric.concat("delta32k");
  }
}
