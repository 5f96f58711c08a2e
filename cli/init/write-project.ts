import { existsSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageWrong } from "../output/exit-codes.js";

/** @throws UsageWrong when one of the files is there already: nothing that a person wrote is replaced. */
export function refuseToOverwrite(folder: string, files: readonly string[]): void {
  if (existsSync(folder) && !lstatSync(folder).isDirectory()) {
    throw new UsageWrong(`${folder} is a file. Name a folder.`);
  }
  const there = files.filter((file) => existsSync(join(folder, file)));
  if (there.length === 0) return;
  throw new UsageWrong(
    there.includes("sluice.yaml")
      ? `${folder} is already a Sluice project. Nothing was written. Choose another folder, or continue with: sluice check --project ${folder}`
      : `${folder} holds ${there.join(", ")} already. Nothing was written; move ${there.length === 1 ? "it" : "them"} away, or name another folder.`,
  );
}

/** Writes the files, and the folders that they need; one that has come meanwhile is not replaced. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text, { flag: "wx" });
  }
}
