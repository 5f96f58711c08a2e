import { Aws } from "aws-cdk-lib";
import { CfnTable } from "aws-cdk-lib/aws-glue";
import { Construct } from "constructs";
import type { Contract } from "../../contract/contract.js";
import type { BucketNames, SourceNames } from "../names.js";
import { glueDatabaseFor } from "./glue-database.js";

export interface LandingTablesProps {
  readonly names: SourceNames;
  readonly landing: BucketNames;
  readonly contracts: readonly Contract[];
}

/** How the folders of partitions count up, in the words of Athena's partition projection (E4.13). */
const projections = {
  hour: { format: "yyyy/MM/dd/HH", first: "2020/01/01/00", unit: "HOURS" },
  day: { format: "yyyy/MM/dd", first: "2020/01/01", unit: "DAYS" },
  month: { format: "yyyy/MM", first: "2020/01", unit: "MONTHS" },
} as const;

/**
 * What producers delivered, for Athena: one table a dataset, a row a line as it stands, by folder. Columns would promise
 * more than the files hold: a CSV's are found by its header, a document spans lines. Athena passes over names that begin
 * with `_`, so `_manifest.json` is out of sight. Only Athena knows projections; nothing that loads reads these tables.
 */
export class LandingTables extends Construct {
  constructor(scope: Construct, id: string, { names, landing, contracts }: LandingTablesProps) {
    super(scope, id);
    const database = glueDatabaseFor(this, names, "landing");
    // The folders of a path of one's own may be anything: Athena's projection has no words for them.
    for (const contract of contracts.filter(({ path }) => path === null)) {
      const table = this.#table(contract, names, landing);
      if (database !== undefined) table.addResourceDependency(database);
    }
  }

  #table({ dataset, partition }: Contract, names: SourceNames, landing: BucketNames): CfnTable {
    const { format, first, unit } = projections[partition];
    return new CfnTable(this, dataset, {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: names.landingDatabase,
      tableInput: {
        name: dataset,
        description: `The files of ${dataset}, a row a line. Ask by folder: WHERE folder = '${first.replace("2020", "2026")}'.`,
        tableType: "EXTERNAL_TABLE",
        parameters: {
          EXTERNAL: "TRUE",
          classification: "txt",
          "projection.enabled": "true",
          "projection.folder.type": "date",
          "projection.folder.format": format,
          "projection.folder.range": `${first},NOW`,
          "projection.folder.interval": "1",
          "projection.folder.interval.unit": unit,
          // In Fn::Sub's writing of a text that is no reference.
          // biome-ignore lint/suspicious/noTemplateCurlyInString: it is Athena's placeholder
          "storage.location.template": landing.uri(`${dataset}/`.concat("${!folder}/")),
        },
        partitionKeys: [{ name: "folder", type: "string" }],
        storageDescriptor: {
          columns: [{ name: "line", type: "string" }],
          location: landing.uri(`${dataset}/`),
          inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
          outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
          serdeInfo: { serializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe" },
        },
      },
    });
  }
}
