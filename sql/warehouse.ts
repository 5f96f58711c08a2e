import type { Contract } from "../contract/contract.js";
import { batchChecksTable, ledgerTable, lockTable } from "../contract/layout.js";
import { ownSchema, warehouseUsers } from "../contract/own-schema.js";
import { procedures, readersProcedure } from "./procedures.js";
import { expression, type Fragment, identifier, list, literal, render, type TableName, table } from "./render.js";
import { longestStatementSeconds, queryGroup } from "./session.js";
import { targetSchemas } from "./what-is-there.js";

/** A statement of the bootstrap and what it makes, for a person who watches. */
export interface WarehouseStatement {
  readonly name: string;
  /** What it is a part of: the parts are what a person reads. */
  readonly part: string;
  readonly sql: string;
  /** A query: when it answers with a row, the statement is not needed and must be left out. */
  readonly unless?: string;
  /**
   * Afterwards the first row that this query answers with must be the project's: otherwise the schema is another's. It is
   * `noted_projects`, and where the project is deployed may not yet be noted.
   */
  readonly isOf?: { readonly project: string; readonly deployedIn?: string; readonly query: string };
}

/** Of a project: its name, and where it is deployed, as `<account>/<region>`; in these there is one deployment of a name. */
export interface Deployed {
  readonly project: string;
  readonly deployedIn: string;
}

/** `sha256|<digest>|<salt>` (CREATE USER's own form), computed by the caller from the secret; null: no password. */
export type PasswordDigest = `sha256|${string}|${string}` | null;

export interface WarehouseUsers {
  /** The user that loads: it owns the ledgers and the tables it creates. */
  readonly loader: string;
  readonly loaderPassword: PasswordDigest;
  /** The user of dashboards; it is in the group of the readers. */
  readonly reader: string;
  readonly readerPassword: PasswordDigest;
  readonly readers: string;
}

/** The external schemas over the catalogue of what is published, for Spectrum. */
export interface Lake {
  /** ARN of a role of the warehouse that reads the files and their catalogue. */
  readonly role: string;
  readonly region: string;
  readonly schemas: readonly { readonly schema: string; readonly database: string }[];
}

/** The names that bootstrap makes, without passwords. */
export const defaultUsers = (): WarehouseUsers => ({
  ...warehouseUsers(),
  loaderPassword: null,
  readerPassword: null,
});

/** The grants of a relation that another one lacks, and the reverse; both are variables of a procedure. */
function grantsBetween(model: Fragment, copy: Fragment) {
  const beyond = (file: string, one: Fragment, other: Fragment) => render(`warehouse/${file}`, { one, other });
  return {
    missing_grants: beyond("grants_beyond", model, copy),
    added_grants: beyond("grants_beyond", copy, model),
    missing_column_grants: beyond("column_grants_beyond", model, copy),
    added_column_grants: beyond("column_grants_beyond", copy, model),
  };
}

/** What two procedures compare in the same way. */
const comparisons: Readonly<Record<string, () => ReturnType<typeof grantsBetween>>> = {
  check_swap: () => grantsBetween(expression`previous`, expression`target`),
  hand_over: () => grantsBetween(expression`origin`, expression`receiver`),
};

/** The views that bootstrap makes in Sluice's own schema. */
export const viewNames = ["loads", "freshness", "reconciliation", "batch_checks"] as const;

const ownSchemaStatement = () =>
  statement(`schema ${ownSchema()}`, "create_schema", { schema: identifier(ownSchema()) });

/**
 * What notes a project in its schema, before anything else is made there: a second project of one schema, or the same one
 * deployed elsewhere, would set the first one's passwords and write into its ledgers.
 * @param takesOver by a person's word: wherever the project was deployed before, the schema is now this deployment's
 */
export function noteOfProject({ project, deployedIn }: Deployed, takesOver = false): readonly WarehouseStatement[] {
  const query = notedProjects();
  const names = { project: literal(project), deployed_in: literal(deployedIn) };
  return inPart(`the schema ${ownSchema()} and its own tables`, [
    ownSchemaStatement(),
    statement(`table ${ownSchema()}.projects`, "create_projects"),
    {
      ...statement(`project ${project} in the schema ${ownSchema()}`, "note_project", { project: names.project }),
      unless: query,
      isOf: takesOver ? { project, query } : { project, deployedIn, query },
    },
    {
      ...statement(`column deployed_in of ${ownSchema()}.projects`, "add_deployed_in"),
      unless: render("warehouse/has_deployed_in").sql,
    },
    {
      ...statement(`where ${project} is deployed`, takesOver ? "take_over" : "note_deployment", names),
      isOf: { project, deployedIn, query },
    },
  ]);
}

/** The query of the projects that a schema is noted for, the first one first. */
export const notedProjects = () => render("warehouse/noted_projects").sql;

/**
 * Everything that Sluice needs in a warehouse before the first load, in order: schema, procedures, users, group, a lock
 * table and a ledger a dataset, the views over all ledgers, grants. Run by an administrator, one statement at a time;
 * every statement may be repeated, and a repeat changes nothing but the passwords.
 */
export function warehouseStatements(
  contracts: readonly Pick<Contract, "dataset" | "table" | "aggregates">[],
  users: WarehouseUsers = defaultUsers(),
  lake?: Lake,
): WarehouseStatement[] {
  const own = ownSchema();
  const { loader, reader, readers } = users;
  return [
    ...inPart(`the schema ${own} and its own tables`, [
      ownSchemaStatement(),
      statement(`table ${own}.aggregates`, "create_aggregates"),
      statement(`table ${own}.kept_grants`, "create_kept_grants"),
    ]),
    ...inPart(`${procedures().length} procedures in ${own}`, [
      ...procedures().map(([name]) => statement(`procedure ${own}.${name}`, name, comparisons[name]?.())),
      ...procedures().map(([name, procedure]) =>
        statement(`procedure ${own}.${name} is nobody's`, "revoke_execute", { procedure }),
      ),
    ]),
    ...inPart(`users ${loader} and ${reader}, group ${readers}, and what they may call`, userStatements(users)),
    ...inPart(`schemas of the tables: ${createdSchemas(contracts).join(", ")}`, schemaStatements(contracts, users)),
    ...inPart("lock, ledger and results of checks of each dataset", [
      statement(`owner of ${own}.aggregates`, "own_table", {
        owned: table({ schema: own, name: "aggregates" }),
        loader: identifier(loader),
      }),
      ...contracts.flatMap(({ dataset }) => datasetStatements(dataset, identifier(loader))),
    ]),
    ...inPart(
      `views ${viewNames.join(", ")} in ${own}`,
      contracts.length === 0 ? [] : viewStatements(contracts, identifier(readers)),
    ),
    ...inPart("external schemas over the lake", lake === undefined ? [] : lakeStatements(lake, readers)),
  ];
}

type Unplaced = Omit<WarehouseStatement, "part">;

const inPart = (part: string, statements: readonly Unplaced[]): WarehouseStatement[] =>
  statements.map((each) => ({ ...each, part }));

function userStatements(users: WarehouseUsers): Unplaced[] {
  const loader = identifier(users.loader);
  return [
    ...userStatement(users.loader, users.loaderPassword),
    ...sessionStatements(users.loader),
    ...userStatement(users.reader, users.readerPassword),
    {
      ...statement(`group ${users.readers}`, "create_group", { readers: identifier(users.readers) }),
      unless: probe("group_exists", { readers: literal(users.readers) }),
    },
    statement(`${users.reader} is one of ${users.readers}`, "add_to_group", {
      readers: identifier(users.readers),
      reader: identifier(users.reader),
    }),
    ...procedures().map(([name, procedure]) =>
      statement(`${users.loader} calls ${ownSchema()}.${name}`, "grant_execute", { procedure, loader }),
    ),
    statement(`${users.readers} call ${ownSchema()}.lock_waits`, "grant_execute_to_group", {
      procedure: readersProcedure(),
      readers: identifier(users.readers),
    }),
  ];
}

const probe = (file: string, values: Readonly<Record<string, Fragment>>) => render(`warehouse/${file}`, values).sql;

/** Created without a password, which is set each time: a repeat brings the warehouse back to the secret's. */
function userStatement(name: string, digest: PasswordDigest): Unplaced[] {
  const user = identifier(name);
  return [
    { ...statement(`user ${name}`, "create_user", { user }), unless: probe("user_exists", { user: literal(name) }) },
    ...(digest === null ? [] : [statement(`password of ${name}`, "set_password", { user, digest: literal(digest) })]),
  ];
}

/**
 * How the sessions of the loading user begin: what it sends one statement at a time (ALTER, REFRESH) is in its queue and
 * has an end too. A transaction sets both by itself.
 */
function sessionStatements(name: string): Unplaced[] {
  const set = (parameter: Fragment, value: string | number) =>
    statement(`${parameter.sql} of ${name}`, "set_parameter", {
      user: identifier(name),
      parameter,
      value: literal(value),
    });
  return [set(expression`query_group`, queryGroup), set(expression`statement_timeout`, longestStatementSeconds * 1000)];
}

/** The schemas of targets and aggregates. */
const createdSchemas = (contracts: readonly Pick<Contract, "table" | "aggregates">[]) =>
  [...targetSchemas(contracts)].sort().filter((schema) => schema !== ownSchema());

function schemaStatements(
  contracts: readonly Pick<Contract, "table" | "aggregates">[],
  users: WarehouseUsers,
): Unplaced[] {
  const [loader, readers] = [identifier(users.loader), identifier(users.readers)];
  const created = createdSchemas(contracts);
  return [
    ...created.map((schema) =>
      statement(`schema ${schema}`, "create_target_schema", { schema: identifier(schema), loader }),
    ),
    ...[ownSchema(), ...created].flatMap((name) => {
      const schema = identifier(name);
      return [
        statement(`${users.loader} creates in ${name}`, "grant_create", { schema, loader }),
        statement(`${users.readers} look into ${name}`, "grant_usage", { schema, readers }),
      ];
    }),
  ];
}

function datasetStatements(dataset: string, loader: Fragment): Unplaced[] {
  const own = (owned: TableName) =>
    statement(`owner of ${owned.schema}.${owned.name}`, "own_table", { owned: table(owned), loader });
  return [
    statement(`lock of ${dataset}`, "create_lock", { lock: table(lockTable(dataset)) }),
    own(lockTable(dataset)),
    statement(`ledger of ${dataset}`, "create_ledger", { ledger: table(ledgerTable(dataset)) }),
    own(ledgerTable(dataset)),
    statement(`results of the checks of ${dataset}`, "create_batch_checks", {
      results: table(batchChecksTable(dataset)),
    }),
    own(batchChecksTable(dataset)),
  ];
}

/** USAGE of an external schema is all that reading its tables takes. */
function lakeStatements({ role, region, schemas }: Lake, readers: string): Unplaced[] {
  return schemas.flatMap(({ schema, database }) => [
    statement(`external schema ${schema} over ${database}`, "create_external_schema", {
      schema: identifier(schema),
      database: literal(database),
      region: literal(region),
      role: literal(role),
    }),
    statement(`${readers} look into ${schema}`, "grant_usage", {
      schema: identifier(schema),
      readers: identifier(readers),
    }),
  ]);
}

function viewStatements(contracts: readonly Pick<Contract, "dataset">[], readers: Fragment): Unplaced[] {
  const own = ownSchema();
  const ledgers = list(
    contracts.map(({ dataset }) =>
      render("warehouse/ledger_rows", { dataset: literal(dataset), ledger: table(ledgerTable(dataset)) }),
    ),
    "\nUNION ALL\n",
  );
  const results = list(
    contracts.map(({ dataset }) =>
      render("warehouse/batch_check_rows", {
        dataset: literal(dataset),
        ledger: table(ledgerTable(dataset)),
        results: table(batchChecksTable(dataset)),
      }),
    ),
    "\nUNION ALL\n",
  );
  // Version 0.1 had a column less.
  const unless = probe("has_own_columns", {});
  return [
    { ...statement(`view ${own}.loads as it will be`, "loads_next", { ledgers }), unless },
    { ...statement(`view ${own}.loads with its present columns`, "renew_loads"), unless },
    statement(`view ${own}.loads`, "loads", { ledgers }),
    statement(`view ${own}.freshness`, "freshness"),
    statement(`view ${own}.reconciliation`, "reconciliation"),
    statement(`view ${own}.batch_checks`, "batch_checks", { results }),
    ...viewNames.map((name) =>
      statement(`readers of ${own}.${name}`, "grant_select", {
        view: table({ schema: own, name }),
        readers,
      }),
    ),
  ];
}

const statement = (name: string, file: string, values: Readonly<Record<string, Fragment>> = {}): Unplaced => ({
  name,
  sql: render(`warehouse/${file}`, values).sql,
});
