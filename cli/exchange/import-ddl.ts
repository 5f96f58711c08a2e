import { loadModule, parseSync } from "libpg-query";
import { z } from "zod";
import { parseColumnType } from "../../contract/column-type.js";
import { asPostgres } from "../check/redshift-sql.js";
import { type Imported, type ImportedColumn, SchemaFileInvalid } from "./imported.js";

const Name = z.object({ String: z.object({ sval: z.string() }) }).transform(({ String: { sval } }) => sval);
const Constraint = z.object({ contype: z.string(), keys: z.array(Name).default([]) });
const Column = z.object({
  colname: z.string(),
  typeName: z.object({
    names: z.array(Name).min(1),
    typmods: z
      .array(z.object({ A_Const: z.object({ ival: z.object({ ival: z.int().default(0) }) }) }))
      .default([])
      .transform((list) => list.map(({ A_Const }) => A_Const.ival.ival)),
    arrayBounds: z.array(z.unknown()).default([]),
  }),
  constraints: z.array(z.object({ Constraint })).default([]),
});
const Create = z.object({
  CreateStmt: z.object({
    relation: z.object({ schemaname: z.string().optional(), relname: z.string() }),
    tableElts: z.array(z.union([z.object({ ColumnDef: Column }), z.object({ Constraint })])).default([]),
  }),
});
const Tree = z.object({ stmts: z.array(z.object({ stmt: z.unknown() })) });

/** What only Redshift writes behind a column. */
const attributes: readonly RegExp[] = [
  /\bencode\s+[a-z0-9]+/gi,
  /\bidentity\s*\([^)]*\)/gi,
  /\b(?:distkey|sortkey)\b(?!\s*\()/gi,
];
const designs = [
  /\bdiststyle\s+\w+/gi,
  /\bdistkey\s*(?:\([^)]*\))?/gi,
  /\b(?:compound\s+|interleaved\s+)?sortkey\s*(?:\([^)]*\)|auto\b)?/gi,
  ...attributes.slice(0, 2),
];

/** One CREATE TABLE of Redshift or PostgreSQL. @throws SchemaFileInvalid */
export async function importDdl(text: string, file: string): Promise<Imported> {
  await loadModule();
  const bare = attributes.reduce(
    (sql, each) => sql.replaceAll(each, (found) => " ".repeat(found.length)),
    asPostgres(text.replaceAll(/\((\s*)max(\s*)\)/gi, "($165535$2)")),
  );
  const creates = Tree.parse(parse(bare, file)).stmts.flatMap(({ stmt }) => {
    const read = Create.safeParse(stmt);
    return read.success ? [read.data.CreateStmt] : [];
  });
  const [create, second] = creates;
  if (create === undefined) {
    throw new SchemaFileInvalid(
      `${file} has no CREATE TABLE with a list of columns; expected one. Write the table's own statement, not CREATE TABLE AS or LIKE.`,
    );
  }
  if (second !== undefined) {
    throw new SchemaFileInvalid(
      `${file} has ${creates.length} CREATE TABLE statements; expected one. Remove the others from the file.`,
    );
  }
  const { relation, tableElts } = create;
  const columns = tableElts.flatMap((element) => ("ColumnDef" in element ? [element.ColumnDef] : []));
  const constraints = tableElts.flatMap((element) => ("Constraint" in element ? [element.Constraint] : []));
  const single = columns.filter((column) => kinds(column).includes("CONSTR_PRIMARY")).map(({ colname }) => colname);
  const found = designs.flatMap((design) => [...text.matchAll(design)].map(([words]) => words.replaceAll(/\s+/g, " ")));
  const others = constraints.filter(({ contype }) => contype !== "CONSTR_PRIMARY");
  return {
    name: relation.relname,
    table: relation.schemaname === undefined ? undefined : `${relation.schemaname}.${relation.relname}`,
    description: undefined,
    format: "csv",
    columns: columns.map(columnOf),
    key: constraints.find(({ contype }) => contype === "CONSTR_PRIMARY")?.keys ?? single,
    checks: [],
    expect: undefined,
    notes: [
      ...[...new Set(found)].map(
        (words) => `the table's '${words}' is not in this contract: table.distribution, sort, columns, identity`,
      ),
      ...others.map(
        ({ contype, keys }) =>
          `a constraint of the table is not in this contract: ${kindText(contype)} ${keys.join(", ")}`,
      ),
    ],
  };
}

function parse(sql: string, file: string): unknown {
  try {
    return parseSync(sql);
  } catch (error) {
    throw new SchemaFileInvalid(
      `${file} is not valid SQL: ${error instanceof Error ? error.message : error}. Expected one CREATE TABLE.`,
    );
  }
}

const kinds = ({ constraints }: z.output<typeof Column>) => constraints.map(({ Constraint: { contype } }) => contype);
const kindText = (contype: string) => contype.replace("CONSTR_", "").toLowerCase();
const names: Readonly<Record<string, string>> = { bpchar: "char", text: "varchar", nvarchar: "varchar", nchar: "char" };

function columnOf(column: z.output<typeof Column>): ImportedColumn {
  const { colname, typeName } = column;
  const written = typeName.names.at(-1) ?? "";
  const name = names[written] ?? written;
  // Redshift's own default lengths of VARCHAR and CHAR.
  const length = name === "varchar" ? [256] : name === "char" ? [1] : [];
  const size = ["varchar", "char", "numeric"].includes(name)
    ? typeName.typmods.length > 0
      ? typeName.typmods
      : length
    : [];
  const text = `${name}${size.length === 0 ? "" : `(${size.join(",")})`}`;
  const parsed = typeName.arrayBounds.length > 0 ? { problem: "an array" } : parseColumnType(text);
  const others = kinds(column).filter((kind) => !["CONSTR_NOTNULL", "CONSTR_NULL", "CONSTR_PRIMARY"].includes(kind));
  return {
    name: colname,
    type: "type" in parsed ? parsed.type : undefined,
    required: kinds(column).includes("CONSTR_NOTNULL") || kinds(column).includes("CONSTR_PRIMARY"),
    description: undefined,
    evidence: `${text}${kinds(column).includes("CONSTR_NOTNULL") ? " not null" : ""}`,
    remarks: [
      ...("problem" in parsed ? [`no type of a contract can hold '${text}'`] : []),
      ...others.map((kind) => `the column's ${kindText(kind)} is not in this contract`),
    ],
  };
}
