import { setTimeout as sleep } from "node:timers/promises";
import { DeleteTableCommand, GetCrawlerCommand, GetTableCommand, type Table } from "@aws-sdk/client-glue";
import type { TemplateLike } from "../../infra/stateful.js";
import type { Clients } from "../account/clients.js";
import { CommandFailed } from "../output/exit-codes.js";

/**
 * What CloudFormation cannot do when `catalogue:` changes (facts J4.3), done before it: it creates no table that is
 * there, whoever made it, and it changes no crawler that runs. The order: wait for the crawlers, remove their tables,
 * deploy (which creates the tables), register the partitions (`lake-partitions.ts`).
 */

type Glue = Pick<Clients, "glue">;

/** A table of the Data Catalog. */
export interface TableName {
  readonly database: string;
  readonly name: string;
}

/** A table that a crawler made, where the deployment is to create one. */
export interface LeftTable extends TableName {
  readonly crawler: string;
}

/** What a deployment changes in the Data Catalog. */
export interface CatalogueChange {
  /** Tables that it creates. */
  readonly created: readonly TableName[];
  /** Crawlers that it changes or deletes. */
  readonly crawlers: readonly string[];
}

/** Compares a stack's templates. @param before undefined: the stack is not there */
export function catalogueChange(before: TemplateLike | undefined, after: TemplateLike): CatalogueChange {
  const known = new Set(tablesIn(before).map(textOf));
  const crawlers = crawlersIn(after);
  return {
    created: tablesIn(after).filter((table) => !known.has(textOf(table))),
    crawlers: [...crawlersIn(before)].flatMap(([name, text]) => (crawlers.get(name) === text ? [] : [name])),
  };
}

export const textOf = ({ database, name }: TableName): string => `${database}.${name}`;

function tablesIn(template: TemplateLike | undefined): readonly TableName[] {
  return Object.values(template?.Resources ?? {}).flatMap(({ Type, Properties = {} }) => {
    const { DatabaseName: database, TableInput: input } = Properties;
    const name = typeof input === "object" && input !== null && "Name" in input ? input.Name : undefined;
    return Type === "AWS::Glue::Table" && typeof database === "string" && typeof name === "string"
      ? [{ database, name }]
      : [];
  });
}

function crawlersIn(template: TemplateLike | undefined): ReadonlyMap<string, string> {
  return new Map(
    Object.values(template?.Resources ?? {}).flatMap(({ Type, Properties = {} }) =>
      Type === "AWS::Glue::Crawler" && typeof Properties.Name === "string"
        ? [[Properties.Name, JSON.stringify(Properties)] as const]
        : [],
    ),
  );
}

/**
 * Which of the tables are there already, made by a crawler.
 * @throws CommandFailed for one that somebody else made: nobody but a person knows what it is
 */
export async function findLeftTables({ glue }: Glue, created: readonly TableName[]): Promise<readonly LeftTable[]> {
  const left: LeftTable[] = [];
  for (const { database, name } of created) {
    const table = await findTable({ glue }, { database, name });
    if (table === undefined) continue;
    const crawler = crawlerOf(table);
    if (crawler === undefined) {
      throw new CommandFailed(
        `The deployment would create the table ${name} in the Data Catalog's database ${database}, but a table of that name exists already, created neither by Sluice nor by a crawler (but by ${table.CreatedBy ?? "somebody"}). Nothing was deployed. Rename or remove it (aws glue delete-table --database-name ${database} --name ${name}: the files stay), then deploy again.`,
      );
    }
    left.push({ database, name, crawler });
  }
  return left;
}

/** A crawler leaves its name in what it makes. */
export const crawlerOf = ({ Parameters = {} }: Table): string | undefined =>
  Parameters.UPDATED_BY_CRAWLER ?? ("CrawlerSchemaSerializerVersion" in Parameters ? "a crawler" : undefined);

/** Undefined: there is none. */
export async function findTable({ glue }: Glue, { database, name }: TableName): Promise<Table | undefined> {
  try {
    return (await glue.send(new GetTableCommand({ DatabaseName: database, Name: name }))).Table;
  } catch (error) {
    if (isNamed(error, "EntityNotFoundException")) return undefined;
    throw error;
  }
}

export const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

/** Removes what stands in the catalogue. No file is touched. */
export async function removeTables({ glue }: Glue, left: readonly LeftTable[]): Promise<void> {
  for (const { database, name } of left) {
    try {
      await glue.send(new DeleteTableCommand({ DatabaseName: database, Name: name }));
    } catch (error) {
      if (!isNamed(error, "EntityNotFoundException")) throw error;
    }
  }
}

const lookEveryMs = 10_000;
/** A crawl may take longer; then a person decides. */
const longestWaitMs = 30 * 60_000;

/** Waits until none of the crawlers runs. @throws CommandFailed when one still does after half an hour */
export async function waitForCrawlers(
  { glue }: Glue,
  crawlers: readonly string[],
  onWait: (crawler: string) => void,
  wait: (ms: number) => Promise<unknown> = sleep,
): Promise<void> {
  for (const name of crawlers) {
    for (let waitedMs = 0; await isRunning({ glue }, name); waitedMs += lookEveryMs) {
      if (waitedMs === 0) onWait(name);
      if (waitedMs >= longestWaitMs) {
        throw new CommandFailed(
          `The crawler ${name} has been running for half an hour, and CloudFormation cannot change a running crawler. Nothing was deployed. Wait until \`aws glue get-crawler --name ${name} --query Crawler.State\` says READY, or stop it (aws glue stop-crawler --name ${name}), then deploy again.`,
        );
      }
      await wait(lookEveryMs);
    }
  }
}

async function isRunning({ glue }: Glue, Name: string): Promise<boolean> {
  try {
    const { Crawler } = await glue.send(new GetCrawlerCommand({ Name }));
    return Crawler?.State !== "READY";
  } catch (error) {
    if (isNamed(error, "EntityNotFoundException")) return false;
    throw error;
  }
}
