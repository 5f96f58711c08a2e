import type { Contract } from "../contract/contract.js";
import { batchChecksTable, ledgerTable, lockTable, warehouseUsers } from "../contract/layout.js";
import { expression, type Fragment, identifier, list, literal, render, type TableName, table } from "./render.js";
import { longestStatementSeconds, queryGroup } from "./session.js";
import { targetSchemas } from "./what-is-there.js";

/** A statement of the bootstrap and what it makes, for a person who watches. */
export interface WarehouseStatement {
  readonly name: string;
  readonly sql: string;
  /** A query: when it answers with a row, the statement is not needed and must be left out. */
  readonly unless?: string;
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
export const defaultUsers: WarehouseUsers = { ...warehouseUsers, loaderPassword: null, readerPassword: null };

const sluiceSchema = "sluice";

/** The procedures, with the argument types that tell them apart. */
const procedures = {
  guard: expression`sluice.guard(varchar, varchar, varchar, varchar, varchar, varchar, boolean)`,
  check: expression`sluice.check(varchar, bigint, varchar, varchar)`,
  judge_batch_checks: expression`sluice.judge_batch_checks(varchar, varchar, varchar)`,
  check_fates: expression`sluice.check_fates(varchar, varchar, bigint)`,
  withdraw: expression`sluice.withdraw(varchar, varchar, varchar)`,
  touch_all: expression`sluice.touch_all(varchar, varchar, varchar, varchar)`,
  compare_repeats: expression`sluice.compare_repeats(varchar, varchar, varchar, varchar)`,
  check_history: expression`sluice.check_history(varchar, varchar, varchar)`,
  remove_rows: expression`sluice.remove_rows(varchar, varchar, varchar)`,
  balance: expression`sluice.balance(varchar, varchar, varchar, varchar)`,
  add_column: expression`sluice.add_column(varchar, varchar, varchar, varchar, varchar)`,
  add_columns: expression`sluice.add_columns(varchar, varchar, varchar)`,
  rename_column: expression`sluice.rename_column(varchar, varchar, varchar, varchar)`,
  check_columns: expression`sluice.check_columns(varchar, varchar, varchar)`,
  check_types: expression`sluice.check_types(varchar, varchar, varchar, bigint)`,
  check_width: expression`sluice.check_width(varchar, varchar, varchar, bigint)`,
  check_dependents: expression`sluice.check_dependents(varchar, varchar, varchar, varchar)`,
  hand_over: expression`sluice.hand_over(varchar, varchar, varchar)`,
  keep_grants: expression`sluice.keep_grants(varchar, varchar)`,
  give_back_grants: expression`sluice.give_back_grants(varchar, varchar)`,
  note_aggregate: expression`sluice.note_aggregate(varchar, varchar, varchar)`,
  rebuild_views: expression`sluice.rebuild_views(varchar, varchar, varchar)`,
  copy_comments: expression`sluice.copy_comments(varchar, varchar, varchar)`,
  lock_holders: expression`sluice.lock_holders(varchar, varchar, varchar)`,
  drop_leftovers: expression`sluice.drop_leftovers(varchar, varchar, varchar, varchar)`,
  check_swap: expression`sluice.check_swap(varchar, varchar, varchar)`,
  check_growth: expression`sluice.check_growth(varchar, varchar, varchar, varchar, bigint)`,
  note_views: expression`sluice.note_views(varchar, varchar)`,
  follow_views: expression`sluice.follow_views(varchar, varchar, varchar)`,
  grow_table: expression`sluice.grow_table(varchar, varchar, varchar, varchar, varchar)`,
} as const satisfies Readonly<Record<string, Fragment>>;

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

/**
 * Everything that Sluice needs in a warehouse before the first load, in order: schema, procedures, users, group, a lock
 * table and a ledger a dataset, the views over all ledgers, grants. Run by an administrator, one statement at a time;
 * every statement may be repeated, and a repeat changes nothing but the passwords.
 */
export function warehouseStatements(
  contracts: readonly Pick<Contract, "dataset" | "table" | "aggregates">[],
  users: WarehouseUsers = defaultUsers,
  lake?: Lake,
): WarehouseStatement[] {
  return [
    statement("schema sluice", "create_schema"),
    statement("table sluice.aggregates", "create_aggregates"),
    statement("table sluice.kept_grants", "create_kept_grants"),
    ...Object.keys(procedures).map((name) => statement(`procedure sluice.${name}`, name, comparisons[name]?.())),
    ...Object.entries(procedures).map(([name, procedure]) =>
      statement(`procedure sluice.${name} is nobody's`, "revoke_execute", { procedure }),
    ),
    ...userStatements(users),
    ...schemaStatements(contracts, users),
    statement("owner of sluice.aggregates", "own_table", {
      owned: table({ schema: sluiceSchema, name: "aggregates" }),
      loader: identifier(users.loader),
    }),
    ...contracts.flatMap(({ dataset }) => datasetStatements(dataset, identifier(users.loader))),
    ...(contracts.length === 0 ? [] : viewStatements(contracts, identifier(users.readers))),
    ...(lake === undefined ? [] : lakeStatements(lake, users.readers)),
  ];
}

function userStatements(users: WarehouseUsers): WarehouseStatement[] {
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
    ...Object.entries(procedures).map(([name, procedure]) =>
      statement(`${users.loader} calls sluice.${name}`, "grant_execute", { procedure, loader }),
    ),
  ];
}

const probe = (file: string, values: Readonly<Record<string, Fragment>>) => render(`warehouse/${file}`, values).sql;

/** Created without a password, which is set each time: a repeat brings the warehouse back to the secret's. */
function userStatement(name: string, digest: PasswordDigest): WarehouseStatement[] {
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
function sessionStatements(name: string): WarehouseStatement[] {
  const set = (parameter: Fragment, value: string | number) =>
    statement(`${parameter.sql} of ${name}`, "set_parameter", {
      user: identifier(name),
      parameter,
      value: literal(value),
    });
  return [set(expression`query_group`, queryGroup), set(expression`statement_timeout`, longestStatementSeconds * 1000)];
}

/** The schemas of targets and aggregates. */
function schemaStatements(
  contracts: readonly Pick<Contract, "table" | "aggregates">[],
  users: WarehouseUsers,
): WarehouseStatement[] {
  const [loader, readers] = [identifier(users.loader), identifier(users.readers)];
  const created = [...targetSchemas(contracts)].sort().filter((schema) => schema !== sluiceSchema);
  return [
    ...created.map((schema) =>
      statement(`schema ${schema}`, "create_target_schema", { schema: identifier(schema), loader }),
    ),
    ...[sluiceSchema, ...created].flatMap((name) => {
      const schema = identifier(name);
      return [
        statement(`${users.loader} creates in ${name}`, "grant_create", { schema, loader }),
        statement(`${users.readers} look into ${name}`, "grant_usage", { schema, readers }),
      ];
    }),
  ];
}

function datasetStatements(dataset: string, loader: Fragment): WarehouseStatement[] {
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
function lakeStatements({ role, region, schemas }: Lake, readers: string): WarehouseStatement[] {
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

function viewStatements(contracts: readonly Pick<Contract, "dataset">[], readers: Fragment): WarehouseStatement[] {
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
  return [
    statement("view sluice.loads", "loads", { ledgers }),
    statement("view sluice.freshness", "freshness"),
    statement("view sluice.reconciliation", "reconciliation"),
    statement("view sluice.batch_checks", "batch_checks", { results }),
    ...["loads", "freshness", "reconciliation", "batch_checks"].map((name) =>
      statement(`readers of sluice.${name}`, "grant_select", {
        view: table({ schema: sluiceSchema, name }),
        readers,
      }),
    ),
  ];
}

const statement = (
  name: string,
  file: string,
  values: Readonly<Record<string, Fragment>> = {},
): WarehouseStatement => ({
  name,
  sql: render(`warehouse/${file}`, values).sql,
});
