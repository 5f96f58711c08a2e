import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { DatasetFile, ProjectFile } from "./schema.js";

/** The JSON Schemas that editors use, generated from the zod schemas; `npm run schemas` writes them. */
export const jsonSchemas = {
  "sluice.schema.json": () => jsonSchema(ProjectFile, "sluice.yaml"),
  "dataset.schema.json": () => jsonSchema(DatasetFile, "datasets/<dataset>.yaml"),
} as const;

function jsonSchema(schema: z.ZodType, title: string): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: "input" }) }, null, 2)}\n`;
}

/** Writes both schemas beside this file. */
export function writeJsonSchemas(): void {
  for (const [name, generate] of Object.entries(jsonSchemas)) {
    writeFileSync(fileURLToPath(new URL(name, import.meta.url)), generate());
  }
}
