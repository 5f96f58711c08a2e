import { NotSupportedLocally } from "./errors.js";
import type { Reader } from "./reader.js";
import { makeString, toText } from "./tokens.js";
import type { Draft } from "./translation.js";

/** How an external schema is told from others; what would be read through it is not simulated. */
export const EXTERNAL_SCHEMA = "external schema of the Data Catalog";

/** CREATE EXTERNAL SCHEMA … FROM DATA CATALOG, from the word after it; other sources are refused. */
export function createExternalSchema(reader: Reader): Draft {
  const ifNotExists = reader.accept("if", "not", "exists");
  const name = toText([reader.identifier()]);
  reader.expect("from");
  if (!reader.accept("data", "catalog"))
    throw new NotSupportedLocally(`CREATE EXTERNAL SCHEMA FROM ${reader.peek()?.text.toUpperCase() ?? ""}`);
  reader.expect("database");
  reader.string();
  if (reader.accept("region")) reader.string();
  reader.expect("iam_role");
  reader.string();
  reader.end();
  return {
    command: "CREATE EXTERNAL SCHEMA",
    node: "CreateSchemaStmt",
    sql: `CREATE SCHEMA ${ifNotExists ? "IF NOT EXISTS " : ""}${name}`,
    after: [`COMMENT ON SCHEMA ${name} IS ${toText([makeString(EXTERNAL_SCHEMA)])}`],
  };
}
