import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SoundProject } from "../../contract/read.js";
import { warehouseStatements } from "../../sql/warehouse.js";
import { bootstrapStatements, runBootstrap } from "../bootstrap.js";
import { createClients } from "../clients.js";
import { stateFolder } from "../project.js";
import { progress } from "../terminal.js";
import type { Running } from "./running.js";

/** Runs the bootstrap in a local account when its statements are not those that were run last. */
export async function bootstrapWhenNeeded(project: SoundProject, account: Running): Promise<void> {
  const mark = join(stateFolder(project.folder), "bootstrapped");
  const digest = createHash("sha256")
    .update(JSON.stringify(warehouseStatements(project.contracts)))
    .digest("hex");
  if (existsSync(mark) && readFileSync(mark, "utf8") === digest) return;
  progress("preparing the warehouse");
  const clients = createClients({ region: account.region, local: account });
  const statements = await bootstrapStatements(clients, project.project, project.contracts);
  await runBootstrap(clients, project.project, statements, () => {});
  writeFileSync(mark, digest);
}
