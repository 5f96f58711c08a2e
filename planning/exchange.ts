import type { Contract } from "../contract/contract.js";
import {
  columns,
  expression,
  type Fragment,
  identifier,
  list,
  literal,
  nothing,
  render,
  statementOf,
  type TableName,
  table,
} from "../sql/render.js";
import { previousTable } from "../sql/tables.js";
import type { Grant, Inspection } from "./inspection.js";
import { WarehouseNotReady } from "./prepare.js";

/** One table takes the name of another, and with it its grants, its comments and the views that are bound to it. */

const privileges = {
  SELECT: expression`SELECT`,
  INSERT: expression`INSERT`,
  UPDATE: expression`UPDATE`,
  DELETE: expression`DELETE`,
  REFERENCES: expression`REFERENCES`,
  DROP: expression`DROP`,
  TRUNCATE: expression`TRUNCATE`,
  ALTER: expression`ALTER`,
} as const satisfies Readonly<Record<string, Fragment>>;

/** Gives the successor what others may do with the target, and its comments. Before the renames. */
export const handOver = (contract: Contract, inspection: Inspection, successor: TableName): Fragment[] => [
  ...grantsOn(table(successor), inspection.grants),
  render("load/copy_comments", {
    schema: literal(contract.table.schema),
    origin: literal(contract.table.name),
    receiver: literal(successor.name),
  }),
];

/** Makes the views that are bound to the target again, now that another table has its name, and checks what was handed over. */
export const takeOver = (contract: Contract, inspection: Inspection): Fragment[] => [
  ...inspection.dependents
    .filter(({ distance }) => distance === 1)
    .map(({ schema, name, definition }) =>
      render("load/replace_view", { replaced: table({ schema, name }), definition: statementOf(definition) }),
    ),
  render("load/check_swap", {
    schema: literal(contract.table.schema),
    target: literal(contract.table.name),
    previous: literal(previousTable(contract).name),
  }),
];

/** The table of that name is renamed within its schema. */
export const rename = (renamed: TableName, to: TableName): Fragment =>
  render("load/rename", { renamed: table(renamed), name: identifier(to.name) });

export const drop = (dropped: TableName): Fragment => render("load/drop_table", { dropped: table(dropped) });

/** One statement a privilege, whoever has it: a batch holds only 40 (B1.1). */
function grantsOn(granted: Fragment, grants: readonly Grant[]): Fragment[] {
  const together = new Map<string, Grant[]>();
  for (const grant of grants) {
    const same = JSON.stringify([grant.privilege, grant.column, grant.mayPassOn && grant.granteeType === "user"]);
    together.set(same, [...(together.get(same) ?? []), grant]);
  }
  return [...together.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    const { privilege, column, mayPassOn, granteeType } = first;
    const name = privilegeOf(privilege);
    return render("prepare/grant", {
      privilege: column === "" ? name : expression`${name} (${columns([column])})`,
      granted,
      grantee: list(alike.map(granteeOf)),
      option: mayPassOn && granteeType === "user" ? expression`WITH GRANT OPTION` : nothing,
    });
  });
}

function privilegeOf(name: string): Fragment {
  const found = Object.entries(privileges).find(([known]) => known === name.toUpperCase());
  if (found !== undefined) return found[1];
  throw new WarehouseNotReady(
    `the privilege ${name} cannot be granted on a replacement. Revoke it, or load by replace instead of swap.`,
  );
}

function granteeOf({ granteeType, grantee }: Grant): Fragment {
  switch (granteeType) {
    case "public":
      return expression`PUBLIC`;
    case "group":
      return expression`GROUP ${identifier(grantee)}`;
    case "role":
      return expression`ROLE ${identifier(grantee)}`;
    default:
      return identifier(grantee);
  }
}
