import { Aws } from "aws-cdk-lib";
import { CfnCrawler, type CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import { Construct } from "constructs";
import type { ColumnType } from "../../contract/column-type.js";
import { type Contract, parquetColumns } from "../../contract/contract.js";
import { hiveKeys } from "../../contract/partition.js";
import { arn, type BucketNames, type SourceNames } from "../names.js";
import { glueDatabaseFor } from "./glue-database.js";
import { workRole } from "./role.js";

export interface CatalogueProps {
  readonly names: SourceNames;
  readonly processed: BucketNames;
  readonly contracts: readonly Contract[];
}

/** Level of `<bucket>/data/<dataset>`, the bucket being level 1: one table a dataset, whatever lies below (E4.8). */
const datasetLevel = 3;

/**
 * What Athena and Spectrum know of a source: a database, a crawler over the folders of the datasets that are crawled, and
 * the tables of those whose partitions are registered.
 */
export class Catalogue extends Construct {
  /** Undefined where the database was there before. */
  readonly database: CfnDatabase | undefined;

  constructor(scope: Construct, id: string, { names, processed, contracts }: CatalogueProps) {
    super(scope, id);
    this.database = glueDatabaseFor(this, names, "published");
    const made = [
      ...contracts
        .filter(({ catalogue }) => catalogue === "partition")
        .map((each) => this.#table(each, names, processed)),
      ...crawlerOver(contracts).map((crawled) => this.#crawler(crawled, names, processed)),
    ];
    if (this.database === undefined) return;
    for (const each of made) each.addResourceDependency(this.database);
  }

  #crawler(crawled: readonly Contract[], names: SourceNames, processed: BucketNames): CfnCrawler {
    const database = [`database/${names.glueDatabase}`, `table/${names.glueDatabase}/*`];
    const role = workRole(this, "CrawlerRole", {
      roleName: names.of("crawler-role"),
      service: "glue.amazonaws.com",
      description: "Reads what is published, and writes tables and partitions of the source's own database.",
      permissions: [
        { actions: ["s3:GetObject"], resources: [processed.keys("data/*")] },
        { actions: ["s3:ListBucket"], resources: [processed.arn] },
        ...processed.decrypting,
        {
          actions: [
            "glue:GetDatabase",
            "glue:GetTable",
            "glue:GetTables",
            "glue:CreateTable",
            "glue:UpdateTable",
            "glue:GetPartition",
            "glue:GetPartitions",
            "glue:BatchGetPartition",
            "glue:BatchCreatePartition",
            "glue:BatchUpdatePartition",
            "glue:CreatePartition",
            "glue:UpdatePartition",
          ],
          resources: ["catalog", ...database].map((resource) => arn(names, "glue", resource)),
        },
        {
          actions: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [
            arn(names, "logs", "log-group:/aws-glue/crawlers"),
            arn(names, "logs", "log-group:/aws-glue/crawlers:log-stream:*"),
          ],
        },
      ],
    });
    return new CfnCrawler(this, "Crawler", {
      name: names.crawler,
      description: "One table a dataset, its partitions the folders of the batches.",
      role: role.roleArn,
      databaseName: names.glueDatabase,
      targets: { s3Targets: crawled.map(({ dataset }) => targetOf(processed.uri(`data/${dataset}/`))) },
      recrawlPolicy: { recrawlBehavior: "CRAWL_EVERYTHING" },
      // A folder that is empty for a moment while a revision is replaced must not cost a table its partitions.
      schemaChangePolicy: { updateBehavior: "UPDATE_IN_DATABASE", deleteBehavior: "LOG" },
      configuration: JSON.stringify({
        Version: 1.0,
        Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas", TableLevelConfiguration: datasetLevel },
        CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } },
      }),
    });
  }

  #table(contract: Contract, names: SourceNames, processed: BucketNames): CfnTable {
    return new CfnTable(this, `Table ${contract.dataset}`, {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: names.glueDatabase,
      tableInput: {
        name: contract.dataset,
        ...(contract.description === null ? {} : { description: contract.description }),
        tableType: "EXTERNAL_TABLE",
        parameters: { classification: "parquet", EXTERNAL: "TRUE" },
        partitionKeys: [...hiveKeys(contract.partition), "batch"].map((name) => ({ name, type: "string" })),
        storageDescriptor: {
          columns: parquetColumns(contract).map(({ name, type }) => ({ name, type: hiveType(type) })),
          location: processed.uri(`data/${contract.dataset}/`),
          inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
          outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
          serdeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
        },
      },
    });
  }
}

/** The datasets of a source's crawler, if it has one. */
function crawlerOver(contracts: readonly Contract[]): readonly (readonly Contract[])[] {
  const crawled = contracts.filter(({ catalogue }) => catalogue === "crawler");
  return crawled.length === 0 ? [] : [crawled];
}

/** A column's type as the catalogue writes it; super lies in the files as text, timestamptz as UTC. */
export function hiveType(type: ColumnType): string {
  switch (type.name) {
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "integer":
      return "int";
    case "real":
      return "float";
    case "double precision":
      return "double";
    case "varchar":
    case "char":
    case "super":
      return "string";
    case "timestamptz":
      return "timestamp";
    default:
      return type.name;
  }
}

/** Each batch's folder also holds _revision.json, which Athena passes over, but no fact says that crawlers do. */
const targetOf = (path: string) => ({ path, exclusions: ["**/_*"] });
