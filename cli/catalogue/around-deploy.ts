import type { Contract } from "../../contract/contract.js";
import { glueDatabase } from "../../contract/layout.js";
import type { ProjectFile } from "../../contract/schema.js";
import { type Access, createClients } from "../account/clients.js";
import { findDeployment } from "../account/deployment.js";
import { deployedTemplates, Template } from "../cdk/data-loss.js";
import type { Assembly } from "../cdk/make-assembly.js";
import { progress, say } from "../output/terminal.js";
import {
  catalogueChange,
  crawlerOf,
  findLeftTables,
  findTable,
  type LeftTable,
  removeTables,
  textOf,
  waitForCrawlers,
} from "./hand-over.js";
import { describeCatalogue, planCatalogue, settleCatalogue } from "./lake-partitions.js";

/** Before CloudFormation: what stands in its way in the Data Catalog. @returns whether tables were removed */
export async function handOver({ stacks }: Assembly, region: string): Promise<boolean> {
  const read = await deployedTemplates(region);
  const changes = await Promise.all(
    stacks.map(async ({ name, template }) => catalogueChange(await read(name), Template.parse(template))),
  );
  const created = changes.flatMap((change) => change.created);
  const crawlers = changes.flatMap((change) => change.crawlers);
  if (created.length + crawlers.length === 0) return false;
  const clients = createClients({ region });
  await waitForCrawlers(clients, crawlers, (name) =>
    progress(`the crawler ${name} is running; the deployment has to change it and waits until it is done`),
  );
  const left = await findLeftTables(clients, created);
  left.forEach(sayRemoved);
  await removeTables(clients, left);
  return left.length > 0;
}

/**
 * The same for a local account, whose templates are about to be followed: no CloudFormation says what it had before, but
 * of the tables that it declares only a crawler's can be in the way.
 */
export async function handOverLocally(
  project: ProjectFile,
  contracts: readonly Contract[],
  local: NonNullable<Access["local"]>,
): Promise<void> {
  const clients = createClients({ region: project.region, local });
  for (const { dataset: name, source, catalogue } of contracts) {
    const at = { database: glueDatabase(project, source), name };
    const table = catalogue === "partition" ? await findTable(clients, at) : undefined;
    const crawler = table === undefined ? undefined : crawlerOf(table);
    if (crawler === undefined) continue;
    sayRemoved({ ...at, crawler });
    await removeTables(clients, [{ ...at, crawler }]);
  }
}

const sayRemoved = (table: LeftTable) =>
  say(
    `The crawler ${table.crawler} made the table ${textOf(table)}, which the deployment creates from now on. It is removed from the Data Catalog and created again, and its partitions are registered again. Files are not touched. Until then, Athena and Spectrum do not see the dataset.`,
  );

/** After CloudFormation: the partitions of the tables that it has made. */
export async function settle(project: ProjectFile, contracts: readonly Contract[]): Promise<void> {
  const clients = createClients({ region: project.region });
  const work = await planCatalogue(clients, contracts, await findDeployment(clients, project));
  for (const step of describeCatalogue(work)) say(step);
  await settleCatalogue(clients, work);
}
