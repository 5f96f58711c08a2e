import { COMPUTE_RELATIONS, INFORMATION_SCHEMA, LEADER_RELATIONS } from "./allow-list.js";
import { NotSupportedLocally, RedshiftError } from "./errors.js";
import type { RelationName } from "./translation.js";
import { asNode, asText, isMembers, type Members, type Tree } from "./tree.js";

/** Names of the database's own tables: what Redshift keeps in PG_CATALOG and INFORMATION_SCHEMA. */
export function isCatalogueName(name: string): boolean {
  return /^(pg_|svv_|svl_|stv_|stl_|svcs_|sys_)/.test(name);
}

export const SYSTEM_SCHEMAS: ReadonlySet<string> = new Set(["pg_catalog", "information_schema", "rs"]);

/** The relations that a statement names, sorted by what they are. */
export class Relations {
  readonly reads: RelationName[] = [];
  readonly writes: RelationName[] = [];
  readonly leader: string[] = [];
  readonly #common = new Set<string>();

  /** Names of WITH queries, which are no relations. */
  openNames(queries: readonly Tree[]): void {
    for (const query of queries) this.#common.add(asText(asNode(query)?.members.ctename));
  }

  read(members: Members): void {
    if (members.catalogname !== undefined) throw new NotSupportedLocally("a table of another database");
    const name = asText(members.relname);
    const schema = typeof members.schemaname === "string" ? members.schemaname : undefined;
    if (schema === undefined && this.#common.has(name)) return;
    if (schema === "rs") throw new NotSupportedLocally(`the schema ${schema}`);
    if (schema === "information_schema") {
      if (!INFORMATION_SCHEMA.has(name)) throw new NotSupportedLocally(`information_schema.${name}`);
      this.leader.push(name);
    } else if (schema === "pg_catalog" || (schema === undefined && isCatalogueName(name))) this.#catalogue(name);
    else this.reads.push({ schema, name });
  }

  #catalogue(name: string): void {
    if (LEADER_RELATIONS.has(name)) this.leader.push(name);
    else if (!COMPUTE_RELATIONS.has(name)) throw new NotSupportedLocally(`the system table ${name.toUpperCase()}`);
  }

  write(tree: Tree | undefined): void {
    if (!isMembers(tree)) return;
    const members = asNode(tree)?.members ?? tree;
    const schema = typeof members.schemaname === "string" ? members.schemaname : undefined;
    const name = asText(members.relname);
    if (schema === undefined ? isCatalogueName(name) : SYSTEM_SCHEMAS.has(schema))
      throw new RedshiftError(`permission denied for relation ${name}`);
    this.writes.push({ schema, name });
  }
}
