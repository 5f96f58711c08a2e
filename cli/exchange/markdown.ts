import { columnTypeText } from "../../contract/column-type.js";
import type { Column, Contract } from "../../contract/contract.js";
import type { Exportable, Exported } from "./exporter.js";
import { columnRules, statements } from "./statements.js";

/** The contract as a page for people: it says everything. */
export function exportMarkdown({ contract }: Exportable): Exported {
  const { dataset, description, table, checks, columns } = contract;
  const others = statements(contract).filter(({ key }) => !isElsewhere(key));
  const parts = [
    `# ${dataset}`,
    ...(description === null ? [] : [description]),
    `Table \`${table.schema}.${table.name}\`.`,
    `## Columns\n\n${grid(
      ["column", "type", "NULL", "description", "rules"],
      columns.map((column) => columnCells(column, contract)),
    )}`,
    ...(checks.length === 0
      ? []
      : [
          "## Checks\n\nA record for which a check is not true is rejected.\n\n" +
            grid(
              ["check", "Spark SQL"],
              checks.map(({ name, sql }) => [name, code(sql)]),
            ),
        ]),
    `## Delivery and load\n\n${grid(
      ["key", "value"],
      others.map(({ key, text }) => [code(key), cell(text.slice(key.length + 2))]),
    )}`,
  ];
  return { text: `${parts.join("\n\n")}\n`, leftOut: [] };
}

const isElsewhere = (key: string) =>
  ["dataset", "description", "table.schema", "table.name"].includes(key) || /^(columns|checks)\./.test(key);

const columnCells = (column: Column, { load }: Contract) => [
  load.key.includes(column.name) ? `**${column.name}** (key)` : column.name,
  columnTypeText(column.type),
  column.required ? "never" : "allowed",
  cell(column.description ?? ""),
  columnRules(column)
    .filter(([key]) => key !== "description" && key !== "required")
    .map(([key, text]) => code(`${key}: ${text}`))
    .join(" "),
];

const grid = (header: readonly string[], rows: readonly (readonly string[])[]) =>
  [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** One line, and no end of the cell in it. */
const cell = (text: string) => text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|");

/** Code in a cell: a longer fence than any run of backticks inside. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return `${fence}${pad}${cell(text)}${pad}${fence}`;
}
