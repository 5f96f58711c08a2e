import { z } from "zod";

/** The Data Catalog's shapes, as the API and CloudFormation write them. */
const Column = z.object({
  Name: z.string(),
  Type: z.string().optional(),
  Comment: z.string().optional(),
  Parameters: z.record(z.string(), z.string()).optional(),
});
export type Column = z.infer<typeof Column>;

const Parameters = z.record(z.string(), z.coerce.string());

export const StorageDescriptor = z.object({
  Columns: z.array(Column).default([]),
  Location: z.string().optional(),
  InputFormat: z.string().optional(),
  OutputFormat: z.string().optional(),
  Compressed: z.boolean().optional(),
  NumberOfBuckets: z.number().optional(),
  SerdeInfo: z
    .object({
      Name: z.string().optional(),
      SerializationLibrary: z.string().optional(),
      Parameters: Parameters.optional(),
    })
    .optional(),
  BucketColumns: z.array(z.string()).optional(),
  SortColumns: z.array(z.object({ Column: z.string(), SortOrder: z.number() })).optional(),
  Parameters: Parameters.optional(),
  StoredAsSubDirectories: z.boolean().optional(),
});
export type StorageDescriptor = z.infer<typeof StorageDescriptor>;

export const TableInput = z.object({
  Name: z.string().min(1).max(255),
  Description: z.string().optional(),
  Owner: z.string().optional(),
  Retention: z.number().default(0),
  StorageDescriptor: StorageDescriptor.optional(),
  PartitionKeys: z.array(Column).default([]),
  ViewOriginalText: z.string().optional(),
  ViewExpandedText: z.string().optional(),
  TableType: z.string().optional(),
  Parameters: Parameters.default({}),
});
export type TableInput = z.infer<typeof TableInput>;

export const PartitionInput = z.object({
  Values: z.array(z.string()).default([]),
  StorageDescriptor: StorageDescriptor.optional(),
  Parameters: Parameters.default({}),
});
export type PartitionInput = z.infer<typeof PartitionInput>;

export const DatabaseInput = z.object({
  Name: z.string().min(1).max(255),
  Description: z.string().optional(),
  LocationUri: z.string().optional(),
  Parameters: Parameters.optional(),
});
export type DatabaseInput = z.infer<typeof DatabaseInput>;

/** What the catalogue keeps beside. Times are ms since 1970. */
const Kept = { createdOn: z.number(), updatedOn: z.number() };

export const StoredTable = z.object({
  ...Kept,
  input: TableInput,
  createdBy: z.string(),
  version: z.number(),
  /** Digest of the template's own declaration, where the table has one: a changed declaration replaces the table. */
  declared: z.string().nullable(),
});
export type StoredTable = z.infer<typeof StoredTable>;

export const StoredPartition = z.object({ ...Kept, input: PartitionInput });
export type StoredPartition = z.infer<typeof StoredPartition>;
