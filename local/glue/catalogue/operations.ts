import { z } from "zod";
import { type Account, AwsError, type Operation, type Shape } from "../../call/call.js";
import { page, parseInput } from "../parse.js";
import type { Catalogue } from "./catalogue.js";
import { parsePartitionExpression } from "./partition-expression.js";
import { PartitionInput, type StoredPartition, type StoredTable, TableInput } from "./shapes.js";

const Page = { MaxResults: z.number().int().min(1).max(1000).optional(), NextToken: z.string().optional() };
const Catalog = { CatalogId: z.string().optional() };
const OfDatabase = z.object({ ...Catalog, Name: z.string() });
const OfTable = z.object({ ...Catalog, DatabaseName: z.string(), Name: z.string() });
const TableOf = z.object({ ...Catalog, DatabaseName: z.string(), TableInput });
const InTable = z.object({ ...Catalog, DatabaseName: z.string(), TableName: z.string() });
const OfPartition = InTable.extend({ PartitionValues: z.array(z.string()) });

/** The API's operations on databases and tables. */
export function catalogueOperations(account: Account, catalogue: Catalogue): Readonly<Record<string, Operation>> {
  const databaseShape = (database: Shape) => ({
    CatalogId: account.accountId,
    CreateTableDefaultPermissions: [],
    ...database,
  });
  const tableShape = (database: string, table: StoredTable): Shape => ({
    ...table.input,
    DatabaseName: database.toLowerCase(),
    CreateTime: new Date(table.createdOn),
    UpdateTime: new Date(table.updatedOn),
    CreatedBy: table.createdBy,
    IsRegisteredWithLakeFormation: false,
    CatalogId: account.accountId,
    VersionId: String(table.version),
  });
  return {
    async GetDatabase(input) {
      return { Database: databaseShape(catalogue.database(parseInput(OfDatabase, input).Name)) };
    },
    async GetDatabases(input) {
      const { items, next } = page(catalogue.databases(), parseInput(z.object(Page), input), 100);
      return { DatabaseList: items.map(databaseShape), ...next };
    },
    async GetTable(input) {
      const { DatabaseName, Name } = parseInput(OfTable, input);
      return { Table: tableShape(DatabaseName, catalogue.table(DatabaseName, Name)) };
    },
    async GetTables(input) {
      const schema = z.object({ ...Page, DatabaseName: z.string(), Expression: z.string().optional() });
      const request = parseInput(schema, input);
      const wanted = request.Expression === undefined ? undefined : new RegExp(`^(?:${request.Expression})$`);
      const tables = catalogue.tables(request.DatabaseName).filter((table) => wanted?.test(table.input.Name) ?? true);
      const { items, next } = page(tables, request, 100);
      return { TableList: items.map((table) => tableShape(request.DatabaseName, table)), ...next };
    },
    async CreateTable(input, { principal }) {
      const request = parseInput(TableOf, input);
      catalogue.createTable(request.DatabaseName, request.TableInput, principal.arn);
      return {};
    },
    async UpdateTable(input) {
      const request = parseInput(TableOf, input);
      catalogue.updateTable(request.DatabaseName, request.TableInput);
      return {};
    },
    async DeleteTable(input) {
      const { DatabaseName, Name } = parseInput(OfTable, input);
      catalogue.deleteTable(DatabaseName, Name);
      return {};
    },
  };
}

/** The API's operations on partitions. */
export function partitionOperations(account: Account, catalogue: Catalogue): Readonly<Record<string, Operation>> {
  const shape = (request: z.infer<typeof InTable>, partition: StoredPartition): Shape => ({
    ...partition.input,
    DatabaseName: request.DatabaseName.toLowerCase(),
    TableName: request.TableName.toLowerCase(),
    CreationTime: new Date(partition.createdOn),
    CatalogId: account.accountId,
  });
  return {
    async GetPartition(input) {
      const request = parseInput(OfPartition, input);
      const found = catalogue.partition(request.DatabaseName, request.TableName, request.PartitionValues);
      return { Partition: shape(request, found) };
    },
    async GetPartitions(input) {
      const request = parseInput(
        InTable.extend({
          ...Page,
          Expression: z.string().optional(),
          Segment: z.undefined("Segment is not supported in the local account").optional(),
        }),
        input,
      );
      const keys = catalogue.table(request.DatabaseName, request.TableName).input.PartitionKeys;
      const holds = parsePartitionExpression(request.Expression ?? "", keys);
      const all = catalogue.partitions(request.DatabaseName, request.TableName);
      const { items, next } = page(
        all.filter((one) => holds(one.input.Values)),
        request,
        1000,
      );
      return { Partitions: items.map((partition) => shape(request, partition)), ...next };
    },
    async CreatePartition(input) {
      const request = parseInput(InTable.extend({ PartitionInput }), input);
      catalogue.createPartition(request.DatabaseName, request.TableName, request.PartitionInput);
      return {};
    },
    async BatchCreatePartition(input) {
      const schema = InTable.extend({ PartitionInputList: z.array(PartitionInput).max(100) });
      const request = parseInput(schema, input);
      catalogue.table(request.DatabaseName, request.TableName);
      const Errors = request.PartitionInputList.flatMap((partition) =>
        errorsOf(partition.Values, () => catalogue.createPartition(request.DatabaseName, request.TableName, partition)),
      );
      return { Errors };
    },
    async UpdatePartition(input) {
      const schema = InTable.extend({ PartitionValueList: z.array(z.string()), PartitionInput });
      const request = parseInput(schema, input);
      catalogue.updatePartition(
        request.DatabaseName,
        request.TableName,
        request.PartitionValueList,
        request.PartitionInput,
      );
      return {};
    },
    async DeletePartition(input) {
      const request = parseInput(OfPartition, input);
      catalogue.deletePartition(request.DatabaseName, request.TableName, request.PartitionValues);
      return {};
    },
    async BatchDeletePartition(input) {
      const Values = z.object({ Values: z.array(z.string()) });
      const request = parseInput(InTable.extend({ PartitionsToDelete: z.array(Values).max(25) }), input);
      const Errors = request.PartitionsToDelete.flatMap((one) =>
        errorsOf(one.Values, () => catalogue.deletePartition(request.DatabaseName, request.TableName, one.Values)),
      );
      return { Errors };
    },
  };
}

function errorsOf(PartitionValues: readonly string[], work: () => void): readonly Shape[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return [{ PartitionValues, ErrorDetail: { ErrorCode: error.name, ErrorMessage: error.message } }];
  }
}
