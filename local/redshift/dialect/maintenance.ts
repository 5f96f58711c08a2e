import { NotSupportedLocally, RedshiftError } from "./errors.js";
import { findTopLevel, type Reader } from "./reader.js";
import { nameOf, type Token, toText } from "./tokens.js";
import type { Draft } from "./translation.js";

/** LOCK [TABLE] t [, …]: ACCESS EXCLUSIVE, in a transaction only (C8.14). */
export function lock(reader: Reader): Draft {
  reader.accept("table");
  const tables = reader.rest();
  if (findTopLevel(tables, ["in"]) >= 0) throw new RedshiftError('syntax error at or near "in"');
  return { command: "LOCK TABLE", node: "LockStmt", sql: `LOCK TABLE ${toText(tables)} IN ACCESS EXCLUSIVE MODE` };
}

/** TRUNCATE [TABLE] t: commits the transaction that it runs in (C8.1). */
export function truncate(reader: Reader): Draft {
  reader.accept("table");
  const name = reader.name();
  reader.end();
  return { command: "TRUNCATE TABLE", node: "TruncateStmt", sql: `TRUNCATE TABLE ${toText(name)}`, commits: true };
}

export function analyze(reader: Reader): Draft {
  if (reader.isNext("compression")) throw new NotSupportedLocally("ANALYZE COMPRESSION");
  reader.accept("verbose");
  const name = reader.isAtEnd ? [] : reader.name();
  if (reader.isNext("(")) reader.parenthesised();
  if (!reader.accept("predicate", "columns")) reader.accept("all", "columns");
  reader.end();
  return { command: "ANALYZE", node: "VacuumStmt", sql: `ANALYZE ${toText(name)}` };
}

export function vacuum(reader: Reader): Draft {
  for (const mode of [["full"], ["sort", "only"], ["delete", "only"], ["reindex"], ["recluster"]])
    reader.accept(...mode);
  const name: readonly Token[] = reader.isAtEnd ? [] : reader.name();
  if (reader.accept("to")) {
    reader.next();
    reader.expect("percent");
  }
  reader.accept("boost");
  reader.end();
  return {
    command: "VACUUM",
    node: "VacuumStmt",
    sql: `VACUUM ${toText(name)}`,
    refusedInBlock: "VACUUM cannot run inside a transaction block",
    runsAlone: true,
  };
}

/** ALTER DATABASE d ISOLATION LEVEL { SERIALIZABLE | SNAPSHOT } (C9.1). */
export function alterDatabase(reader: Reader): Draft {
  const database = nameOf(reader.identifier());
  if (!reader.accept("isolation", "level")) throw new NotSupportedLocally("ALTER DATABASE but for its isolation level");
  const isSnapshot = reader.accept("snapshot");
  if (!isSnapshot) reader.expect("serializable");
  reader.end();
  const level = isSnapshot ? "Snapshot Isolation" : "Serializable";
  return {
    command: "ALTER DATABASE",
    node: "",
    sql: "",
    runs: [`SELECT rs.set_isolation('${database.replaceAll("'", "''")}', '${level}')`],
    refusedInBlock: "ALTER DATABASE ISOLATION LEVEL cannot run inside a transaction block",
  };
}

/** MERGE … REMOVE DUPLICATES: the rows that match go, the source's come (C6.5). */
export function mergeRemoveDuplicates(
  target: readonly Token[],
  source: readonly Token[],
  alias: readonly Token[],
  condition: readonly Token[],
): Draft {
  const using = `${toText(source)} ${toText(alias)}`;
  return {
    command: "MERGE",
    node: "DeleteStmt",
    sql: `DELETE FROM ${toText(target)} USING ${using} WHERE ${toText(condition)}`,
    after: [`INSERT INTO ${toText(target)} SELECT * FROM ${toText(source)}`],
  };
}
