import { stringify } from "yaml";
import { type ColumnType, columnTypeText } from "../../contract/column-type.js";
import type { Contract } from "../../contract/contract.js";
import { type TargetColumn, targetColumns } from "../../sql/tables.js";
import { type Exportable, type Exported, inUnits, tableKey, yamlHead } from "./exporter.js";
import { leftOut } from "./statements.js";

/** The release of the Open Data Contract Standard that is written. */
export const odcsVersion = "v3.1.0";

const said = [
  "dataset",
  "description",
  "columns.description",
  "columns.required",
  "checks.",
  "table.schema",
  "table.name",
  "expect",
];

/** The contract of a table, as the Open Data Contract Standard writes it (bitol.io, v3.1.0). */
export function exportOdcs({ contract, project, isShared }: Exportable): Exported {
  const { dataset, description, table, expect } = contract;
  const key = tableKey(contract);
  const left = leftOut(contract, key.length > 0 ? [...said, "load.key"] : said);
  const { warehouse } = project;
  const document = {
    apiVersion: odcsVersion,
    kind: "DataContract",
    id: `${project.name}-${dataset}`,
    name: dataset,
    version: "1.0.0",
    status: "active",
    ...(description === null ? {} : { description: { purpose: description } }),
    servers: [
      {
        server: project.name,
        type: "redshift",
        database: "create" in warehouse ? warehouse.create.database : warehouse.existing.database,
        schema: table.schema,
        region: project.region,
      },
    ],
    schema: [
      {
        name: table.name,
        physicalName: `${table.schema}.${table.name}`,
        physicalType: "table",
        logicalType: "object",
        ...(description === null ? {} : { description }),
        properties: [...identityProperty(contract), ...targetColumns(contract).map((column) => property(column, key))],
        ...(contract.checks.length === 0 ? {} : { quality: contract.checks.map((check) => quality(check, isShared)) }),
      },
    ],
    ...(expect === null ? {} : { slaProperties: serviceLevels(expect, table.name) }),
  };
  const head = yamlHead(
    [
      `Open Data Contract Standard ${odcsVersion}, written by sluice export.`,
      "Sluice contracts have no version or status, so 1.0.0 and active are written for every dataset.",
    ],
    left,
  );
  return { text: head + stringify(document, { lineWidth: 0 }), leftOut: left };
}

function property({ name, type, isRequired, description }: TargetColumn, key: readonly string[]) {
  const position = key.indexOf(name) + 1;
  return {
    name,
    ...logicalType(type),
    physicalType: columnTypeText(type),
    ...(description === null ? {} : { description }),
    ...(isRequired ? { required: true } : {}),
    ...(position > 0 ? { primaryKey: true, primaryKeyPosition: position } : {}),
    ...(position > 0 && key.length === 1 ? { unique: true } : {}),
  };
}

const identityProperty = ({ table }: Contract) =>
  table.identity === null
    ? []
    : [{ name: table.identity.column, logicalType: "integer", physicalType: "bigint", required: true, unique: true }];

/** `maxLength` counts characters and a VARCHAR bytes: the number is the bound of both, and `physicalType` is exact. */
function logicalType(type: ColumnType) {
  switch (type.name) {
    case "varchar":
    case "char":
      return { logicalType: "string", logicalTypeOptions: { maxLength: type.length } };
    case "smallint":
      return { logicalType: "integer", logicalTypeOptions: { format: "i16" } };
    case "integer":
      return { logicalType: "integer", logicalTypeOptions: { format: "i32" } };
    case "bigint":
      return { logicalType: "integer", logicalTypeOptions: { format: "i64" } };
    case "decimal":
      return { logicalType: "number" };
    case "real":
      return { logicalType: "number", logicalTypeOptions: { format: "f32" } };
    case "double precision":
      return { logicalType: "number", logicalTypeOptions: { format: "f64" } };
    case "boolean":
    case "date":
      return { logicalType: type.name };
    case "timestamp":
      return { logicalType: "timestamp", logicalTypeOptions: { timezone: false } };
    case "timestamptz":
      return { logicalType: "timestamp", logicalTypeOptions: { timezone: true } };
    // A SUPER holds any JSON, an object most often; the standard has no logical type for that.
    case "super":
      return {};
  }
}

/** Rows that break a check are counted in the warehouse where its SQL means the same there; the text stays as it is. */
function quality({ name, sql }: Contract["checks"][number], isShared: IsSharedSql) {
  const rule = { name, description: "A record for which this is not true is rejected before it is loaded." };
  if (!isShared(sql)) return { ...rule, type: "custom", engine: "sluice", implementation: sql };
  return {
    ...rule,
    type: "sql",
    query: `SELECT COUNT(*) FROM \${table} WHERE (${sql}) IS NOT TRUE`,
    mustBe: 0,
    customProperties: [{ property: "sluiceCheck", value: sql }],
  };
}

type IsSharedSql = Exportable["isShared"];

function serviceLevels({ every_seconds, within_seconds }: NonNullable<Contract["expect"]>, element: string) {
  const level = (property: string, seconds: number, description: string) => {
    const { count, period } = inUnits(seconds);
    return { property, value: count, unit: period, element, description };
  };
  return [
    level("frequency", every_seconds, "A batch is expected this often, counted from midnight UTC."),
    level("latency", within_seconds, "A batch's manifest arrives within this time after the start of its partition."),
  ];
}
