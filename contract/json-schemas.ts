import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { eventNames, events } from "./events.js";
import { DatasetFile, ProjectFile } from "./schema.js";

/** The JSON Schemas that editors use, generated from the zod schemas; `npm run schemas` writes them. */
export const jsonSchemas = {
  "sluice.schema.json": () => jsonSchema(ProjectFile, "sluice.yaml"),
  "dataset.schema.json": () => jsonSchema(DatasetFile, "datasets/<dataset>.yaml"),
} as const;

function jsonSchema(schema: z.ZodType, title: string): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: "input" }) }, null, 2)}\n`;
}

/** The JSON Schemas of the details of events, by file in docs/events/. */
export const eventSchemas = () =>
  eventNames.map((name) => ({
    file: `${name}.json`,
    schema: jsonSchema(events[name], `The detail of ${name}`),
  }));

/** Writes the schemas of what users write beside this file, and those of events into docs/events/. */
export function writeJsonSchemas(): void {
  for (const { file, schema } of eventSchemas()) {
    writeFileSync(fileURLToPath(new URL(`../docs/events/${file}`, import.meta.url)), schema);
  }
  for (const [name, generate] of Object.entries(jsonSchemas)) {
    writeFileSync(fileURLToPath(new URL(name, import.meta.url)), generate());
  }
}
