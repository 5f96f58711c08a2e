import { NotSupportedLocally } from "./errors.js";
import type { Reader } from "./reader.js";
import { makeString, nameOf } from "./tokens.js";
import type { Draft } from "./translation.js";

/** Datashares are recorded, so that what asks for them finds them; nobody consumes them here. */

const text = (value: string): string => makeString(value).text;

/** CREATE DATASHARE and DROP DATASHARE, from the name on. */
export function makeDatashare(reader: Reader, isMade: boolean): Draft {
  const name = nameOf(reader.identifier());
  if (isMade && reader.accept("set")) throw new NotSupportedLocally("CREATE DATASHARE … SET");
  reader.end();
  const command = isMade ? "CREATE DATASHARE" : "DROP DATASHARE";
  return { command, node: "", sql: "", runs: [`SELECT rs.make_datashare(${text(name)}, ${isMade})`] };
}

/** ALTER DATASHARE … ADD | REMOVE SCHEMA | TABLE, from the name on. */
export function alterDatashare(reader: Reader): Draft {
  const name = nameOf(reader.identifier());
  const isAdded = reader.accept("add");
  if (!isAdded) reader.expect("remove");
  const kind = reader.accept("schema") ? "schema" : "table";
  if (kind === "table" && !reader.accept("table")) throw new NotSupportedLocally("ALTER DATASHARE of this form");
  const object = reader
    .name()
    .filter((token) => token.kind !== "operator")
    .map(nameOf)
    .join(".");
  reader.end();
  const run = `SELECT rs.alter_datashare(${text(name)}, ${isAdded}, ${text(kind)}, ${text(object)})`;
  return { command: "ALTER DATASHARE", node: "", sql: "", runs: [run] };
}
