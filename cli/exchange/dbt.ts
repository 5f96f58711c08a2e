import { stringify } from "yaml";
import { columnTypeText } from "../../contract/column-type.js";
import type { Contract } from "../../contract/contract.js";
import { ownSchema } from "../../contract/own-schema.js";
import { type TargetColumn, targetColumns } from "../../sql/tables.js";
import { reservedWords } from "../init/reserved-words.js";
import { type Exportable, type Exported, inUnits, tableKey, yamlHead } from "./exporter.js";
import { leftOut } from "./statements.js";

const said = ["description", "columns.description", "columns.required", "table.schema", "table.name", "expect"];

/**
 * The tables as sources of dbt (1.10.5 or later), one source per schema. Every test is one of dbt's own, so no package is
 * needed: a check is `not_null` of an expression that is NULL where the check is not true.
 */
export function exportDbt(datasets: readonly Exportable[]): Exported {
  const schemas = new Set(datasets.map(({ contract }) => contract.table.schema));
  const sources = [...schemas].map((schema) => ({
    name: schema,
    schema,
    tables: datasets.filter(({ contract }) => contract.table.schema === schema).map(sourceTable),
  }));
  const left = datasets.flatMap((dataset) => unsaid(dataset).map((text) => `${dataset.contract.dataset}: ${text}`));
  const head = yamlHead(["Sources for dbt 1.10.5 or later, written by sluice export."], left);
  return { text: head + stringify({ version: 2, sources }, { lineWidth: 0 }), leftOut: left };
}

function unsaid({ contract, isShared }: Exportable): readonly string[] {
  const checks = contract.checks.filter(({ sql }) => isShared(sql)).map(({ name }) => `checks.${name}`);
  const key = tableKey(contract).length > 0 ? ["load.key"] : [];
  return leftOut(contract, [...said, ...checks, ...key]).filter((text) => text !== `dataset: ${contract.table.name}`);
}

function sourceTable({ contract, isShared }: Exportable) {
  const { dataset, description, table, checks, expect } = contract;
  const key = tableKey(contract);
  const tests = [
    ...(key.length > 1 ? [uniqueTogether(table.name, key)] : []),
    ...checks
      .filter(({ sql }) => isShared(sql))
      .map(({ name, sql }) => namedTest("not_null", `${table.name}_${name}`, `case when ${sql} then 1 end`)),
  ];
  return {
    name: table.name,
    ...(description === null ? {} : { description: plainText(description) }),
    ...(expect === null ? {} : { config: freshness(dataset, expect) }),
    ...(tests.length === 0 ? {} : { data_tests: tests }),
    columns: [...identityColumn(table), ...targetColumns(contract).map((column) => sourceColumn(column, key))],
  };
}

function sourceColumn({ name, type, isRequired, description }: TargetColumn, key: readonly string[]) {
  const tests = [...(isRequired ? ["not_null"] : []), ...(key.length === 1 && key[0] === name ? ["unique"] : [])];
  return {
    name,
    ...(description === null ? {} : { description: plainText(description) }),
    data_type: columnTypeText(type),
    ...(reservedWords.has(name) ? { quote: true } : {}),
    ...(tests.length === 0 ? {} : { data_tests: tests }),
  };
}

const identityColumn = ({ identity }: Contract["table"]) =>
  identity === null ? [] : [{ name: identity.column, data_type: "bigint", data_tests: ["not_null", "unique"] }];

const namedTest = (test: "not_null" | "unique", name: string, expression: string) => ({
  [test]: { name, arguments: { column_name: expression } },
});

/** Each value but the last stands behind its length, so that no two keys give the same text. */
function uniqueTogether(table: string, key: readonly string[]) {
  const texts = key.map((name) => `cast(${reservedWords.has(name) ? `"${name}"` : name} as varchar)`);
  const parts = texts.map((text, index) => (index < texts.length - 1 ? `len(${text}) || ':' || ${text}` : text));
  return namedTest("unique", `${table}_key`, parts.join(" || "));
}

/**
 * The ledger knows when a dataset was last loaded, and readers may read it. A batch may come as soon as its partition
 * begins, so the next one is only overdue after a whole period and the time that the contract allows.
 */
function freshness(dataset: string, { every_seconds, within_seconds }: NonNullable<Contract["expect"]>) {
  return {
    freshness: { error_after: inUnits(every_seconds + within_seconds) },
    loaded_at_query: `select max(loaded_at) from ${ownSchema()}.loads where dataset = '${dataset}'`,
  };
}

/** dbt renders descriptions as Jinja. */
const plainText = (text: string) => (/\{[{%#]/.test(text) ? `{% raw %}${text}{% endraw %}` : text);
