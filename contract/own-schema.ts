/**
 * The schema of Sluice's own tables, procedures and views in the warehouse: `warehouse.schema`. One for a process, as a command
 * and a function are of one project; whoever opens a project says which, before any SQL is made.
 */

export const defaultOwnSchema = "sluice";

let schema: string = defaultOwnSchema;

export const ownSchema = (): string => schema;

/** From now on all SQL of this process names this schema, and its users. */
export function useOwnSchema(name: string): void {
  schema = name;
}

/** The database users and the group that bootstrap makes for the project of a schema. */
export const usersOf = (name: string) => ({
  loader: `${name}_loader`,
  reader: `${name}_reader`,
  readers: `${name}_readers`,
});

export const warehouseUsers = () => usersOf(schema);
