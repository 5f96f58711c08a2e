import { Aws } from "aws-cdk-lib";
import { CfnTable } from "aws-cdk-lib/aws-glue";
import { Construct } from "constructs";
import type { Contract } from "../../contract/contract.js";
import { rejectsTable } from "../../contract/layout.js";
import type { BucketNames, SourceNames } from "../names.js";

export interface RejectsTablesProps {
  readonly names: SourceNames;
  readonly processed: BucketNames;
  readonly contracts: readonly Contract[];
}

/** The closed columns of a rejected record, as the conversion writes them (glue-jobs/…/rejects.py). */
export const rejectColumns = [
  { name: "reason", type: "string" },
  { name: "column", type: "string" },
  { name: "rule", type: "string" },
  { name: "message", type: "string" },
  { name: "source_file", type: "string" },
  { name: "record_number", type: "bigint" },
  { name: "line_number", type: "bigint" },
  { name: "raw", type: "string" },
  { name: "raw_truncated", type: "boolean" },
  { name: "batch_id", type: "string" },
  { name: "partition", type: "string" },
  // What a record came to when it was replayed: written or deduplicated; NULL while it is rejected.
  { name: "replayed", type: "string" },
] as const;

/**
 * What was rejected, for Athena and Spectrum: one table a dataset beside its own. It has no partitions, since both read
 * the folders below a table's location, and every row says its batch: nothing has to be registered when a batch is published.
 */
export class RejectsTables extends Construct {
  constructor(scope: Construct, id: string, { names, processed, contracts }: RejectsTablesProps) {
    super(scope, id);
    for (const { dataset } of contracts) {
      new CfnTable(this, dataset, {
        catalogId: Aws.ACCOUNT_ID,
        databaseName: names.glueDatabase,
        tableInput: {
          name: rejectsTable(dataset),
          description: `The rejected records of ${dataset}, of the newest revision of every batch.`,
          tableType: "EXTERNAL_TABLE",
          parameters: { EXTERNAL: "TRUE", classification: "json" },
          storageDescriptor: {
            columns: [...rejectColumns],
            location: processed.uri(`rejected/${dataset}/`),
            inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
            outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            serdeInfo: { serializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
          },
        },
      });
    }
  }
}
