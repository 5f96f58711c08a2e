import type { Column, StorageDescriptor, TableInput } from "../data-catalog/structures.js";
import type { CrawledTable } from "./layout.js";

const PARQUET = {
  InputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
  OutputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  Compressed: false,
  NumberOfBuckets: -1,
  SerdeInfo: {
    SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    Parameters: { "serialization.format": "1" },
  },
  BucketColumns: [],
  SortColumns: [],
  StoredAsSubDirectories: false,
} as const;

/** How Parquet files under a folder are read. */
export function parquetStorage(
  location: string,
  columns: readonly Column[],
  parameters: Readonly<Record<string, string>>,
): StorageDescriptor {
  const { SerdeInfo, ...rest } = PARQUET;
  return {
    ...rest,
    SerdeInfo: { ...SerdeInfo, Parameters: { ...SerdeInfo.Parameters } },
    BucketColumns: [],
    SortColumns: [],
    Columns: [...columns],
    Location: location,
    Parameters: { ...parameters },
  };
}

/** The table that a crawler makes of a folder. */
export function tableInput(table: CrawledTable, columns: readonly Column[], crawler: string): TableInput {
  const objects = table.partitions.flatMap((partition) => partition.objects);
  const parameters = {
    classification: "parquet",
    compressionType: "none",
    CrawlerSchemaDeserializerVersion: "1.0",
    CrawlerSchemaSerializerVersion: "1.0",
    objectCount: String(objects.length),
    sizeKey: String(objects.reduce((sum, object) => sum + object.size, 0)),
    typeOfData: "file",
    UPDATED_BY_CRAWLER: crawler,
  };
  return {
    Name: table.name,
    Owner: "owner",
    Retention: 0,
    StorageDescriptor: parquetStorage(table.location, columns, parameters),
    PartitionKeys: table.partitionKeys.map((Name) => ({ Name, Type: "string" })),
    TableType: "EXTERNAL_TABLE",
    Parameters: parameters,
  };
}

/** The columns of the newest files; those that only older ones have come after. */
export function mergeColumns(newestFirst: readonly (readonly Column[])[]): readonly Column[] {
  const merged = new Map<string, Column>();
  for (const column of newestFirst.flat()) if (!merged.has(column.Name)) merged.set(column.Name, column);
  return [...merged.values()];
}
