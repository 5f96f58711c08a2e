import type { SoundProject } from "../../contract/read.js";
import { exportDbt } from "./dbt.js";
import type { Exportable, Exported } from "./exporter.js";
import { exportJsonSchema } from "./json-schema.js";
import { exportMarkdown } from "./markdown.js";
import { exportOdcs } from "./odcs.js";
import { sharedSql } from "./shared-sql.js";

export const exportFormats = ["odcs", "dbt", "json-schema", "markdown"] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportedFile extends Exported {
  /** What the file is called in a folder. */
  readonly name: string;
}

const perDataset = {
  odcs: { write: exportOdcs, ending: "odcs.yaml" },
  "json-schema": { write: exportJsonSchema, ending: "schema.json" },
  markdown: { write: exportMarkdown, ending: "md" },
} as const;

/** The contracts in another tool's format: one file per dataset, or for dbt one for all. */
export async function exportContracts(
  { contracts, project }: Pick<SoundProject, "contracts" | "project">,
  format: ExportFormat,
): Promise<readonly ExportedFile[]> {
  const datasets: Exportable[] = [];
  for (const contract of contracts) datasets.push({ contract, project, isShared: await sharedSql(contract) });
  if (format === "dbt") return [{ name: "sources.yml", ...exportDbt(datasets) }];
  const { write, ending } = perDataset[format];
  return datasets.map((dataset) => ({ name: `${dataset.contract.dataset}.${ending}`, ...write(dataset) }));
}
