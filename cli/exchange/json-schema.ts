import { type ColumnType, columnTypeText } from "../../contract/column-type.js";
import { type TargetColumn, targetColumns } from "../../sql/tables.js";
import type { Exportable, Exported } from "./exporter.js";
import { leftOut } from "./statements.js";

const said = ["dataset", "description", "columns.description", "columns.required", "table.schema", "table.name"];

/**
 * JSON Schema (2020-12) of the table's rows as `sluice query --json` writes them. Rows, not delivered records: those are
 * CSV and XML as well, and a contract takes many spellings of a value that a schema would have to refuse. A decimal may be
 * a string of its digits, as the Data API gives it: JSON readers round numbers.
 */
export function exportJsonSchema({ contract }: Exportable): Exported {
  const { table, description, dataset } = contract;
  const identity: readonly TargetColumn[] =
    table.identity === null
      ? []
      : [
          {
            name: table.identity.column,
            type: { name: "bigint" },
            isRequired: true,
            default: null,
            encode: null,
            description: null,
          },
        ];
  const columns = [...identity, ...targetColumns(contract)];
  const left = [...leftOut(contract, said), ...inexact(columns)];
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $comment: `Rows of ${table.schema}.${table.name}, written by sluice export. Not in this schema: ${left.join("; ")}`,
    title: dataset,
    ...(description === null ? {} : { description }),
    type: "object",
    properties: Object.fromEntries(columns.map((column) => [column.name, property(column)])),
    required: columns.map(({ name }) => name),
  };
  return { text: `${JSON.stringify(schema, null, 2)}\n`, leftOut: left };
}

/** What a keyword says less exactly than the type; `$comment` holds the type. */
function inexact(columns: readonly TargetColumn[]): readonly string[] {
  const names = (...types: readonly ColumnType["name"][]) =>
    columns.filter(({ type }) => types.includes(type.name)).map(({ name }) => name);
  const texts = names("varchar", "char");
  const decimals = names("decimal");
  const bigints = names("bigint");
  return [
    ...(texts.length === 0 ? [] : [`maxLength counts characters, the table bytes: ${texts.join(", ")}`]),
    ...(decimals.length === 0 ? [] : [`how many decimals a number has that is no string: ${decimals.join(", ")}`]),
    ...(bigints.length === 0 ? [] : [`the range of a bigint: ${bigints.join(", ")}`]),
  ];
}

function property({ name: _, type, isRequired, description }: TargetColumn) {
  const { type: kinds, ...limits } = keywords(type);
  return {
    ...(description === null ? {} : { description }),
    $comment: columnTypeText(type),
    type: isRequired && kinds.length === 1 ? kinds[0] : [...kinds, ...(isRequired ? [] : ["null"])],
    ...limits,
  };
}

const dateTime = "\\d{4,}-\\d{2}-\\d{2}[ T]\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?";

function keywords(type: ColumnType): { readonly type: readonly string[]; readonly [keyword: string]: unknown } {
  switch (type.name) {
    case "varchar":
    case "char":
      return { type: ["string"], maxLength: type.length };
    case "smallint":
      return { type: ["integer"], minimum: -(2 ** 15), maximum: 2 ** 15 - 1 };
    case "integer":
      return { type: ["integer"], minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };
    case "bigint":
      return { type: ["integer"] };
    case "decimal": {
      const limit = 10 ** (type.precision - type.scale);
      const decimals = type.scale === 0 ? "" : `(\\.\\d{1,${type.scale}})?`;
      return {
        type: ["number", "string"],
        exclusiveMinimum: -limit,
        exclusiveMaximum: limit,
        pattern: `^-?\\d{1,${Math.max(1, type.precision - type.scale)}}${decimals}$`,
      };
    }
    case "real":
    case "double precision":
      return { type: ["number"] };
    case "boolean":
      return { type: ["boolean"] };
    case "date":
      return { type: ["string"], format: "date" };
    case "timestamp":
      return { type: ["string"], pattern: `^${dateTime}$` };
    case "timestamptz":
      return { type: ["string"], pattern: `^${dateTime}(Z|[+-]\\d{2}(:?\\d{2})?)$` };
    case "super":
      return { type: ["object", "array", "string", "number", "boolean"] };
  }
}
