import { z } from "zod";
import type { Account, Operation, Shape } from "../../call/call.js";
import { page, parseInput } from "../parse-input.js";
import type { Catalogue } from "./data-catalog.js";
import { type StoredTable, TableInput } from "./structures.js";

const Page = { MaxResults: z.number().int().min(1).max(1000).optional(), NextToken: z.string().optional() };
const Catalog = { CatalogId: z.string().optional() };
const OfDatabase = z.object({ ...Catalog, Name: z.string() });
const OfTable = z.object({ ...Catalog, DatabaseName: z.string(), Name: z.string() });
const TableOf = z.object({ ...Catalog, DatabaseName: z.string(), TableInput });

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
