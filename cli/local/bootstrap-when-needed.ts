import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SoundProject } from "../../contract/read.js";
import type { ProjectFile } from "../../contract/schema.js";
import { noteOfProject, warehouseStatements } from "../../sql/warehouse.js";
import { createClients } from "../account/clients.js";
import { findDeployment } from "../account/deployment.js";
import { bootstrapStatements, isBootstrapped, lakeOf, runBootstrap } from "../bootstrap/bootstrap.js";
import { existingBuckets, planNotifications, setNotifications } from "../bootstrap/existing-buckets.js";
import { planSnapshotSchedule, setSnapshotSchedule } from "../bootstrap/snapshot-schedule.js";
import { planCatalogue, settleCatalogue } from "../catalogue/lake-partitions.js";
import { progress } from "../output/terminal.js";
import { stateFolder } from "../project/project.js";
import { giveKey } from "./protection-key.js";
import type { Running } from "./running.js";
import { giveWebhooks } from "./webhooks.js";

/** Runs the bootstrap in a local account when its statements are not those that were run last. */
export async function bootstrapWhenNeeded(project: SoundProject, account: Running): Promise<void> {
  await prepareWarehouse(project, account);
  await prepareCatalogue(project, account);
  await giveKey(project, account);
  await giveWebhooks(project, account);
}

async function prepareWarehouse(project: SoundProject, account: Running): Promise<void> {
  const mark = join(stateFolder(project.folder), "bootstrapped");
  const digest = createHash("sha256")
    .update(
      JSON.stringify([
        noteOfProject({ project: project.project.name, deployedIn: "" }),
        warehouseStatements(project.contracts),
        notified(project),
        othersOf(project.project),
      ]),
    )
    .digest("hex");
  if (existsSync(mark) && readFileSync(mark, "utf8") === digest) return;
  progress("preparing the warehouse");
  const clients = createClients({ region: account.region, local: account });
  const work = await bootstrapStatements(clients, project.project, project.contracts);
  if (!(await isBootstrapped(clients, project.project, work)))
    await runBootstrap(clients, project.project, work, () => {});
  const schedule = await planSnapshotSchedule(clients, project.project);
  if (schedule !== undefined) await setSnapshotSchedule(clients, schedule);
  const deployment = await findDeployment(clients, project.project);
  for (const plan of await planNotifications(clients, project.contracts, deployment))
    await setNotifications(clients, plan);
  writeFileSync(mark, digest);
}

/** Partitions follow the contracts' columns, and the way in which they are made known. */
async function prepareCatalogue({ folder, contracts, project }: SoundProject, account: Running): Promise<void> {
  const mark = join(stateFolder(folder), "catalogued");
  const followed = contracts.map(({ dataset, source, catalogue, columns }) => [dataset, source, catalogue, columns]);
  const digest = createHash("sha256").update(JSON.stringify(followed)).digest("hex");
  if (existsSync(mark) && readFileSync(mark, "utf8") === digest) return;
  const clients = createClients({ region: account.region, local: account });
  await settleCatalogue(clients, await planCatalogue(clients, contracts, await findDeployment(clients, project)));
  writeFileSync(mark, digest);
}

/** What external schemas and the snapshot schedule follow from. */
const othersOf = (project: ProjectFile) => [project.warehouse, lakeOf(project, "")];

/** What the notifications of buckets follow from that were there before. */
const notified = ({ project, contracts }: SoundProject) =>
  existingBuckets(project).length === 0
    ? []
    : [project.sources, contracts.map(({ dataset, source }) => [dataset, source])];
