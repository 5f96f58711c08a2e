import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { priceTable } from "../cli/cost/prices.js";
import { jsonSchemas } from "../contract/json-schemas.js";
import { passingErrors } from "../state-machines/passing-errors.js";
import { keyTable } from "./generated-docs/key-table.js";
import { roomGraph } from "./generated-docs/room-graph.js";
import { stateDiagram } from "./generated-docs/state-diagram.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The sections of pages that follow from code: page, name of the section's markers, and what stands between them. */
export const generatedSections: readonly {
  readonly page: string;
  readonly name: string;
  readonly make: () => string;
}[] = [
  {
    page: "docs/architecture.md",
    name: "load-partition",
    make: () => stateDiagram(readFileSync(join(root, "state-machines", "load-partition.asl.json"), "utf8")),
  },
  { page: "docs/architecture.md", name: "rooms", make: () => roomGraph(root) },
  {
    page: "docs/runbook.md",
    name: "errors that pass",
    make: () =>
      [
        "| error | as Redshift says it | source | back-off |",
        "|---|---|---|---|",
        ...passingErrors.map(
          ({ name, example, source, backOff }) => `| ${name} | \`${example}\` | ${source} | ${backOff} |`,
        ),
      ].join("\n"),
  },
  { page: "docs/costs.md", name: "prices", make: priceTable },
  { page: "docs/contract.md", name: "dataset keys", make: () => keyTable(jsonSchemas["dataset.schema.json"]()) },
  { page: "docs/contract.md", name: "project keys", make: () => keyTable(jsonSchemas["sluice.schema.json"]()) },
];

/** The page with one section made anew. @throws Error when the page does not have the section's markers */
export function withSection(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- generated: ${name} (npm run docs) -->`, "<!-- end -->"];
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`There is no section between '${begin}' and '${end}'.`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

export const pagePath = (page: string): string => join(root, page);

/** Writes every section into its page. */
export function writeSections(): void {
  for (const { page, name, make } of generatedSections) {
    const path = pagePath(page);
    writeFileSync(path, withSection(readFileSync(path, "utf8"), name, make()));
  }
}
