import type { Contract } from "../../../contract/contract.js";
import type { Change } from "../../../contract/evolution/change.js";
import { literal, render } from "../../../sql/render.js";
import type { Session } from "../../account/session.js";
import { runStatement } from "../../warehouse/statements.js";
import { adminWarehouse } from "../../warehouse/warehouse.js";

/** How large the tables are that changes copy: what such a change costs. Asked as the administrator, who alone sees it. */
export async function withTableSizes(
  session: Session,
  contracts: readonly Contract[],
  changes: readonly Change[],
): Promise<readonly Change[]> {
  const asked = new Map<string, Promise<string>>();
  return Promise.all(
    changes.map(async (change) => {
      const contract = contracts.find((each) => copiesTable(each, change));
      if (contract === undefined) return change;
      const size = asked.get(contract.dataset) ?? sizeText(session, contract);
      asked.set(contract.dataset, size);
      return { ...change, table: `${change.table ?? ""} ${await size}`.trim() };
    }),
  );
}

/** Whether a change is a type that grows by way of a copy: a varchar grows in its place, and a swap makes a new table anyway. */
function copiesTable({ dataset, columns, load }: Contract, change: Change): boolean {
  const [, name] = /^columns\.(.+)\.type$/.exec(change.path) ?? [];
  if (change.file !== `datasets/${dataset}.yaml` || change.class !== "planned" || load.mode === "swap") return false;
  return columns.some((column) => column.name === name && column.type.name !== "varchar");
}

async function sizeText({ clients, project }: Session, { table }: Contract): Promise<string> {
  const name = `${table.schema}.${table.name}`;
  const sql = render("inspect/table_size", { schema: literal(table.schema), name: literal(table.name) }).sql;
  try {
    const { rows } = await runStatement(clients, await adminWarehouse(clients, project.project), sql);
    const [megabytes, records] = rows[0] ?? [];
    if (megabytes === undefined) return `${name} is empty, or does not exist yet.`;
    return `${name} has about ${grouped(records)} rows in ${grouped(megabytes)} MB.`;
  } catch (error) {
    return `The size of ${name} could not be determined: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const grouped = (value: unknown) => Math.round(Number(value)).toLocaleString("en-US");
