import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { preludeStatements } from "../prelude/prelude.js";
import { ensureBinaries, postgresVersion, settle } from "./binaries.js";
import { cacheFolder, makeTemporaryFolder } from "./folders.js";
import { giveTreeToServer, run, startServer } from "./launcher.js";

/** PostgreSQL's own superuser, named as Redshift names its. Nobody logs in as it. */
export const SYSTEM_USER = "rdsdb";

/** Change it when the way a template is made changes. */
const FORMAT = 1;
const DONE = "complete";

/** What a data folder was made from: it changes with PostgreSQL's version and with the Redshift layer. */
export function preludeVersion(): string {
  return createHash("sha256")
    .update(JSON.stringify([FORMAT, preludeStatements()]))
    .digest("hex")
    .slice(0, 16);
}

/** Lays the Redshift layer over a database. Safe to repeat. */
export async function applyPrelude(client: pg.ClientBase): Promise<void> {
  await client.query("SET allow_system_table_mods = on");
  for (const statement of preludeStatements()) await client.query(statement);
  await client.query("DELETE FROM rs.made_by");
  await client.query("INSERT INTO rs.made_by VALUES ($1)", [preludeVersion()]);
  await client.query("RESET allow_system_table_mods");
}

async function layPrelude(dataFolder: string): Promise<void> {
  const server = await startServer(dataFolder, { isThrowAway: false });
  try {
    const client = new pg.Client({ host: server.socketFolder, user: SYSTEM_USER, database: "template1" });
    client.on("error", () => {});
    try {
      await client.connect();
      await applyPrelude(client);
    } finally {
      await client.end();
    }
  } finally {
    await server.stop();
  }
}

async function makeTemplate(making: string): Promise<void> {
  const data = path.join(making, "data");
  giveTreeToServer(making);
  chmodSync(making, 0o755);
  const initdb = path.join(ensureBinaries(), "bin", "initdb");
  const options = ["-U", SYSTEM_USER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", "--wal-segsize=4"];
  run(initdb, ["-D", data, ...options], { asServer: true });
  await layPrelude(data);
  writeFileSync(path.join(making, DONE), "");
}

/** A data folder with the Redshift layer in template1, made once a machine and version; every database is a copy. */
async function ensureTemplate(): Promise<string> {
  const final = path.join(cacheFolder(), `template-${postgresVersion()}-${preludeVersion()}`);
  if (existsSync(path.join(final, DONE))) return path.join(final, "data");
  const making = mkdtempSync(path.join(cacheFolder(), "making-"));
  try {
    await makeTemplate(making);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    throw error;
  }
  return path.join(settle(making, final, DONE), "data");
}

/** Copies the template to `dataFolder`, which must not exist: all of it or nothing. */
export async function createDataFolder(dataFolder: string): Promise<void> {
  const template = await ensureTemplate();
  const making = `${dataFolder}.making`;
  rmSync(making, { recursive: true, force: true });
  run("cp", ["-R", template, making]);
  giveTreeToServer(making);
  renameSync(making, dataFolder);
}

/** A data folder that goes when its server ends. */
export async function createThrowAwayFolder(): Promise<string> {
  const folder = makeTemporaryFolder("local-account-data-");
  rmSync(folder, { recursive: true });
  await createDataFolder(folder);
  return folder;
}
