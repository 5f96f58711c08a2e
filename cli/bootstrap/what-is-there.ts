import { z } from "zod";
import { type Contract, isStagedAsJson } from "../../contract/contract.js";
import { ledgerTable } from "../../contract/layout.js";
import { ownSchema, warehouseUsers } from "../../contract/own-schema.js";
import type { ProjectFile } from "../../contract/schema.js";
import { type Lake, notedProjects } from "../../sql/warehouse.js";
import { largeStringsQuery, whatIsThere } from "../../sql/what-is-there.js";
import type { Clients } from "../account/clients.js";
import { runStatement } from "../warehouse/statements.js";
import { adminWarehouse } from "../warehouse/warehouse.js";
import { deployedIn, takenSchema } from "./bootstrap.js";

const Found = z.tuple([
  z.enum(["administrator", "user", "group", "schema", "relation"]),
  z.string(),
  z.string(),
  z.boolean(),
]);
type Found = z.infer<typeof Found>;

/** What bootstrap finds in a warehouse that others use too, in sentences for a person. */
export interface Findings {
  /** What is there already and not as bootstrap would make it, and what will be done with it. */
  readonly notes: readonly string[];
  /** What nobody but a person can decide or do; loads or bootstrap fail until then. */
  readonly forAPerson: readonly string[];
}

/**
 * Looks, as the administrator, at what is there of what bootstrap would make. Changes nothing.
 * @param account of the deployment; undefined when the schema may be the same project's in another one
 */
export async function findWhatIsThere(
  clients: Clients,
  project: ProjectFile,
  contracts: readonly Contract[],
  lake: Lake | undefined,
  account: string | undefined,
): Promise<Findings> {
  const warehouse = await adminWarehouse(clients, project);
  const external = (lake?.schemas ?? []).map(({ schema }) => schema);
  const { rows } = await runStatement(clients, warehouse, whatIsThere(contracts, warehouseUsers(), external));
  const seen = z.array(Found).parse(rows);
  const found = both(judge(seen, contracts, external), await whoseSchema(clients, project, seen, account));
  const says = project.warehouse.large_strings;
  if (!says && !contracts.some(isStagedAsJson)) return found;
  const [answer] = (await runStatement(clients, warehouse, largeStringsQuery())).rows;
  const about = judgeLargeStrings(says, answer?.[0] === true);
  return both(found, about);
}

const both = (one: Findings, other: Findings): Findings => ({
  notes: [...one.notes, ...other.notes],
  forAPerson: [...one.forAPerson, ...other.forAPerson],
});

/** Another project may have noted itself in the schema. */
async function whoseSchema(
  clients: Clients,
  project: ProjectFile,
  seen: readonly Found[],
  account: string | undefined,
): Promise<Findings> {
  const isNoted = seen.some(([kind, name]) => kind === "relation" && name === `${ownSchema()}.projects`);
  if (!isNoted) return { notes: [], forAPerson: [] };
  const { rows } = await runStatement(clients, await adminWarehouse(clients, project), notedProjects());
  const own = { project: project.name, ...(account === undefined ? {} : { deployedIn: deployedIn(project, account) }) };
  const taken = rows.length === 0 ? undefined : takenSchema(own, rows);
  return { notes: [], forAPerson: taken === undefined ? [] : [taken] };
}

/** @param says whether sluice.yaml says that texts inside SUPER may be long @param isEnabled whether the warehouse does (J2.2) */
export function judgeLargeStrings(says: boolean, isEnabled: boolean): Findings {
  if (says === isEnabled) return { notes: [], forAPerson: [] };
  return says
    ? {
        notes: [],
        forAPerson: [
          "sluice.yaml says warehouse.large_strings, but the warehouse does not accept texts of more than 65,535 bytes inside SUPER (is_large_string_enabled() is false): opt the warehouse in, or remove the key; otherwise a batch with such a text fails at its COPY",
        ],
      }
    : {
        notes: [
          "the warehouse accepts texts of more than 65,535 bytes inside SUPER, but columns with large: true reject them: write warehouse.large_strings: true in sluice.yaml to load them",
        ],
        forAPerson: [],
      };
}

type Judged = Pick<Contract, "dataset" | "table" | "aggregates" | "load" | "batch_checks">;

/** @param external the names of the schemas over the lake */
export function judge(found: readonly Found[], contracts: readonly Judged[], external: readonly string[]): Findings {
  const of = (wanted: Found[0]) => found.filter(([kind]) => kind === wanted);
  const [administrator] = of("administrator");
  const me = administrator?.[1] ?? "the administrator";
  const strangers = of("schema").filter(([, , owner]) => owner !== warehouseUsers().loader && owner !== me);
  const targets = of("relation").flatMap(([, name, owner]) => {
    const contract = contracts.find(({ table }) => `${table.schema}.${table.name}` === name);
    return contract === undefined || owner === warehouseUsers().loader
      ? []
      : [{ name, owner, mode: contract.load.mode }];
  });
  const mustOwn = ({ mode }: { readonly mode: string }) => mode === "swap" || mode === "truncate";
  return {
    notes: [
      ...of("user").map(([, name]) => `user ${name} exists: it is kept, and gets the password of its secret`),
      ...of("group").map(([, name]) => `group ${name} exists: its members stay, and ${warehouseUsers().reader} joins`),
      ...strangers.map(([, name, owner]) => `schema ${name} exists, owned by ${owner}: ${fateOf(name, external)}`),
      ...targets
        .filter((target) => !mustOwn(target))
        .map(
          ({ name, owner }) =>
            `${name} exists, owned by ${owner}, and keeps its owner; ${warehouseUsers().loader} needs SELECT, INSERT, UPDATE and DELETE on it, and must own it before a column can be added`,
        ),
      ...foreignLedgers(of("relation"), contracts),
      ...referredTables(contracts),
      ...(administrator?.[3] === false ? unseenShares(me, contracts) : []),
    ],
    forAPerson: [
      ...(administrator?.[3] === true ? [] : missingRights(me, of("user").length, strangers, of("relation"))),
      ...of("user")
        .filter(([, , , isSuper]) => isSuper)
        .map(([, name]) => `user ${name} is a superuser, whom grants do not restrict: ALTER USER ${name} NOCREATEUSER`),
      ...targets
        .filter(mustOwn)
        .map(
          ({ name, owner, mode }) =>
            `${name} exists, owned by ${owner}, but mode: ${mode} needs ownership: ALTER TABLE ${name} OWNER TO ${warehouseUsers().loader}`,
        ),
    ],
  };
}

const fateOf = (schema: string, external: readonly string[]) =>
  external.includes(schema)
    ? `it is kept as it is; if svv_external_schemas does not show that it uses the project's catalogue, drop or rename it`
    : `it keeps its owner; ${warehouseUsers().loader} gets CREATE on it, ${warehouseUsers().readers} get USAGE`;

/** Two projects with the same users would set each other's passwords. */
function foreignLedgers(
  relations: readonly Found[],
  contracts: readonly Pick<Contract, "dataset">[],
): readonly string[] {
  const known = contracts.map(({ dataset }) => `${ownSchema()}.${ledgerTable(dataset).name}`);
  const others = relations.flatMap(([, name]) =>
    name.startsWith(`${ownSchema()}.loads_`) && !known.includes(name) ? [name] : [],
  );
  if (others.length === 0) return [];
  return [
    `${others.join(", ")}: these belong to former datasets of this project, or to another project. Another project must have its own schema (warehouse.schema), or both would change the passwords of ${warehouseUsers().loader} and ${warehouseUsers().reader}`,
  ];
}

/** Redshift shows the objects of a datashare to superusers and to its owner alone (J2.6). */
function unseenShares(me: string, contracts: readonly Pick<Contract, "table" | "load">[]): readonly string[] {
  const swapped = contracts
    .filter(({ load }) => load.mode === "swap")
    .map(({ table }) => `${table.schema}.${table.name}`);
  if (swapped.length === 0) return [];
  return [
    `${me} is not a superuser and sees only its own datashares: if somebody else has put ${swapped.join(" or ")} into one, a swap is not refused and the share keeps the generation before. Let a superuser look: SELECT share_name, object_name FROM svv_datashare_objects; where there is one, load by replace, or name the secretArn of a superuser in sluice.yaml`,
  ];
}

/** What an administrator who is not a superuser cannot do. */
function missingRights(
  me: string,
  users: number,
  strangers: readonly Found[],
  relations: readonly Found[],
): readonly string[] {
  const remedy = `put the secretArn of a superuser into sluice.yaml`;
  return [
    ...(users === 2 ? [] : [`${me} is not a superuser, and may not create users: ${remedy}`]),
    ...strangers.map(
      ([, name, owner]) =>
        `${me} is not a superuser and does not own the schema ${name}: let ${owner} run GRANT ALL ON SCHEMA ${name} TO ${me} WITH GRANT OPTION, or ${remedy}`,
    ),
    ...relations
      .filter(
        ([, name, owner]) => name.startsWith(`${ownSchema()}.`) && owner !== warehouseUsers().loader && owner !== me,
      )
      .map(([, name, owner]) => `${me} is not a superuser, and ${name} belongs to ${owner}: ${remedy}`),
  ];
}

/** Tables of others in which `references` of batch_checks look: what belongs to the loading user needs no grant. */
function referredTables(contracts: readonly Judged[]): readonly string[] {
  const own = new Set(contracts.map(({ table: { schema, name } }) => `${schema}.${name}`));
  const asked = contracts.flatMap(({ dataset, batch_checks }) =>
    batch_checks.flatMap((check) =>
      check.kind === "references" && !own.has(`${check.schema}.${check.table}`) ? [{ ...check, dataset }] : [],
    ),
  );
  const notes = asked.map(
    ({ dataset, name, schema, table }) =>
      `the check '${name}' of ${dataset} reads ${schema}.${table}, so ${warehouseUsers().loader} needs access: GRANT USAGE ON SCHEMA ${schema} TO ${warehouseUsers().loader}; GRANT SELECT ON TABLE ${schema}.${table} TO ${warehouseUsers().loader}`,
  );
  return [...new Set(notes)];
}
