import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { inferContract } from "../../../cli/infer/infer.js";

export const folder = mkdtempSync(join(tmpdir(), "sluice-judge-"));

/** The contract that is inferred from one file of this content, and what a load of it comes to. */
export async function infer(name: string, body: string | Uint8Array) {
  const file = join(folder, name);
  writeFileSync(file, body);
  const { text, preview } = await inferContract({ files: [file], source: "web", dataset: "d" });
  const { format, columns, rejects } = parse(text);
  const { read, rejected } = preview.report.counts;
  return { text, format, names: columns.map(({ name }: { name: string }) => name).join(" "), rejects, read, rejected };
}

export const lines = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => `${line(n)}\n`).join("");
