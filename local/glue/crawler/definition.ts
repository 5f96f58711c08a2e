import { z } from "zod";
import type { Account } from "../../call/call.js";
import { entityNotFound, parseProperties } from "../parse-input.js";

const NOT_SUPPORTED = "is not supported in the local account";

const CrawlerProperties = z.object({
  Name: z.string(),
  Role: z.string(),
  DatabaseName: z.string(),
  Description: z.string().optional(),
  TablePrefix: z.string().default(""),
  Targets: z.object({
    S3Targets: z
      .array(
        z.object({
          Path: z.string().regex(/^s3:\/\/[^/]+(\/.*)?$/, "must be s3://bucket/folder"),
          // Names that begin with `_` are hidden here anyway.
          Exclusions: z.array(z.literal("**/_*", `another exclusion than **/_* ${NOT_SUPPORTED}`)).optional(),
        }),
      )
      .min(1),
    JdbcTargets: z.undefined(`JdbcTargets ${NOT_SUPPORTED}`).optional(),
    DynamoDBTargets: z.undefined(`DynamoDBTargets ${NOT_SUPPORTED}`).optional(),
    CatalogTargets: z.undefined(`CatalogTargets ${NOT_SUPPORTED}`).optional(),
  }),
  SchemaChangePolicy: z
    .object({
      UpdateBehavior: z.enum(["LOG", "UPDATE_IN_DATABASE"]).default("UPDATE_IN_DATABASE"),
      DeleteBehavior: z.enum(["LOG", "DELETE_FROM_DATABASE", "DEPRECATE_IN_DATABASE"]).default("DEPRECATE_IN_DATABASE"),
    })
    .default({ UpdateBehavior: "UPDATE_IN_DATABASE", DeleteBehavior: "DEPRECATE_IN_DATABASE" }),
  RecrawlPolicy: z
    .object({ RecrawlBehavior: z.literal("CRAWL_EVERYTHING", `another RecrawlBehavior ${NOT_SUPPORTED}`) })
    .default({ RecrawlBehavior: "CRAWL_EVERYTHING" }),
  Configuration: z.string().optional(),
  Schedule: z.unknown().optional(),
});
type CrawlerProperties = z.infer<typeof CrawlerProperties>;

/** E4.8. */
const Configuration = z.object({
  Version: z.literal(1),
  Grouping: z
    .object({
      TableGroupingPolicy: z.literal("CombineCompatibleSchemas").optional(),
      TableLevelConfiguration: z.number().int().min(1).optional(),
    })
    .optional(),
  CrawlerOutput: z
    .object({
      Partitions: z.object({ AddOrUpdateBehavior: z.literal("InheritFromTable") }).optional(),
      Tables: z.object({ AddOrUpdateBehavior: z.literal("MergeNewColumns") }).optional(),
    })
    .optional(),
  CreatePartitionIndex: z.boolean().optional(),
});

/** A crawler as the template declares it. */
export interface CrawlerDefinition extends CrawlerProperties {
  /** Table folders are at this level of the path, the bucket being level 1; undefined: the target is the table. */
  readonly tableLevel: number | undefined;
  readonly partitionsInheritFromTable: boolean;
  /** New columns are added and old ones stay as they are. */
  readonly mergesNewColumns: boolean;
  readonly roleArn: string;
}

/** @throws AwsError EntityNotFoundException */
export function findCrawler(account: Account, name: string): CrawlerDefinition {
  const found = allCrawlers(account).find((crawler) => crawler.Name === name);
  if (found === undefined) throw entityNotFound(`Crawler with name ${name} does not exist`);
  return found;
}

export function allCrawlers(account: Account): readonly CrawlerDefinition[] {
  return account.resourcesOf("AWS::Glue::Crawler").map((resource) => {
    const properties = { ...resource.properties, Name: resource.ref };
    const crawler = parseProperties(CrawlerProperties, { ...resource, properties });
    const configuration = parseProperties(z.object({ Configuration: Configuration.optional() }), {
      ...resource,
      properties: crawler.Configuration === undefined ? {} : { Configuration: JSON.parse(crawler.Configuration) },
    }).Configuration;
    const roleArn = crawler.Role.startsWith("arn:")
      ? crawler.Role
      : `arn:${account.partition}:iam::${account.accountId}:role/${crawler.Role}`;
    return {
      ...crawler,
      roleArn,
      tableLevel: configuration?.Grouping?.TableLevelConfiguration,
      partitionsInheritFromTable: configuration?.CrawlerOutput?.Partitions !== undefined,
      mergesNewColumns: configuration?.CrawlerOutput?.Tables !== undefined,
    };
  });
}
