import { z } from "zod";
import { type Account, AwsError, type Operation, type Shape } from "../../call/call.js";
import { page, parseInput } from "../parse-input.js";
import type { Catalogue } from "./data-catalog.js";
import { PartitionInput, type StoredPartition } from "./structures.js";

const InTable = z.object({ CatalogId: z.string().optional(), DatabaseName: z.string(), TableName: z.string() });
const OfPartition = InTable.extend({ PartitionValues: z.array(z.string()) });
const Wanted = InTable.extend({
  MaxResults: z.number().int().min(1).max(1000).optional(),
  NextToken: z.string().optional(),
  Expression: z.undefined("Expression is not supported in the local account: choose among all partitions").optional(),
  Segment: z.undefined("Segment is not supported in the local account").optional(),
});

/** The API's operations that read partitions. */
export function partitionReads(account: Account, catalogue: Catalogue): Readonly<Record<string, Operation>> {
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
      const request = parseInput(Wanted, input);
      const { items, next } = page(catalogue.partitions(request.DatabaseName, request.TableName), request, 1000);
      return { Partitions: items.map((partition) => shape(request, partition)), ...next };
    },
  };
}

/** The API's operations that write partitions. */
export function partitionWrites(catalogue: Catalogue): Readonly<Record<string, Operation>> {
  return {
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
    async BatchUpdatePartition(input) {
      const Entry = z.object({ PartitionValueList: z.array(z.string()), PartitionInput });
      const request = parseInput(InTable.extend({ Entries: z.array(Entry).min(1).max(100) }), input);
      catalogue.table(request.DatabaseName, request.TableName);
      const Errors = request.Entries.flatMap(({ PartitionValueList, PartitionInput: partition }) =>
        errorsOf(PartitionValueList, () =>
          catalogue.updatePartition(request.DatabaseName, request.TableName, PartitionValueList, partition),
        ).map(({ PartitionValues, ...rest }) => ({ PartitionValueList: PartitionValues, ...rest })),
      );
      return { Errors };
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
