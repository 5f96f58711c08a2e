import { rejectTable } from "../commands/rejects.js";
import { type CountName, countNames } from "../loads/load-result.js";
import { rejectedRows } from "../loads/rejected-rows.js";
import { formatRows } from "../rows.js";
import type { Session } from "../session.js";
import { runStatement } from "../statements.js";
import { columns } from "../terminal.js";
import { readerWarehouse } from "../warehouse.js";
import type { DemoFacts, DemoLoad } from "./demo-load.js";

const rowsInTable = "select count(*), count(distinct id) from seismic.earthquakes";
const ledgerRows = "select count(*) from sluice.loads where dataset = 'earthquakes'";
const aQuery = "select day, earthquakes, strongest, felt_reports from seismic.daily_activity order by day";

/** What is shown at the end of the demo: the loads, the reconciliation, the rejects, a query, and where to look next. */
export async function closingPage(
  { clients, project, deployment }: Session,
  loads: readonly DemoLoad[],
  seconds: number,
): Promise<{ readonly text: string; readonly facts: DemoFacts }> {
  const warehouse = readerWarehouse(project.project);
  const query = (sql: string) => runStatement(clients, warehouse, sql);
  const [inTable, inLedger, activity, rejects] = [
    await query(rowsInTable),
    await query(ledgerRows),
    await query(aQuery),
    await rejectedRows(clients, deployment.bucket("usgs", "processed"), "earthquakes"),
  ];
  const [rows, ids] = (inTable.rows[0] ?? []).map(Number);
  const text = [
    heading(`Loads (${seconds} s in all)`),
    loadLines(loads),
    heading("Reconciliation"),
    ...reconciliation(loads, { rows: rows ?? 0, ids: ids ?? 0, ledger: Number(inLedger.rows[0]?.[0]) }),
    heading("Rejected records"),
    rejectTable(rejects),
    heading(aQuery),
    formatRows(activity, "table", ""),
    heading("Where to look next"),
    ...lookNext,
  ].join("\n");
  const facts = {
    rows: rows ?? 0,
    rejects: rejects.map(({ partition, reason, column, rule }) => ({ partition, reason, column, rule })),
  };
  return { text, facts };
}

const heading = (text: string) => `\n${text}\n${"─".repeat(text.length)}`;

const shownCounts = ["read", "written", "deduplicated", "rejected", "inserted", "updated", "outdated"] as const;

const loadLines = (loads: readonly DemoLoad[]) =>
  columns(
    ["partition", "revision", "outcome", ...shownCounts, "seconds", ""],
    loads.map(({ partition, revision, isByHand, result }) => [
      partition,
      revision,
      result.error ?? result.outcome,
      ...shownCounts.map((name) => result.counts[name]),
      Number(result.seconds?.toFixed(1)),
      isByHand ? "started again by hand" : "",
    ]),
  );

function reconciliation(
  loads: readonly DemoLoad[],
  found: { readonly rows: number; readonly ids: number; readonly ledger: number },
): readonly string[] {
  const once = loads.filter(({ isByHand }) => !isByHand);
  const sums = new Map(
    countNames.map((name): [CountName, number] => [
      name,
      once.reduce((sum, { result }) => sum + (result.counts[name] ?? 0), 0),
    ]),
  );
  const sum = (name: CountName) => sums.get(name) ?? 0;
  const line = (left: string, total: number, parts: readonly CountName[]) => {
    const added = parts.reduce((all, name) => all + sum(name), 0);
    const terms = parts.map((name) => `${sum(name)} ${name}`).join(" + ");
    return `${verdict(total === added)} ${total} ${left} = ${terms}`;
  };
  return [
    line("read", sum("read"), ["written", "deduplicated", "rejected"]),
    line("written", sum("written"), ["inserted", "updated", "deleted", "outdated"]),
    `${verdict(found.rows === sum("inserted"))} ${found.rows} rows in seismic.earthquakes = ${sum("inserted")} inserted`,
    `${verdict(found.ids === found.rows)} ${found.ids} different ids in ${found.rows} rows`,
    `${verdict(found.ledger === once.length)} ${found.ledger} rows in the ledger for ${once.length} revisions`,
  ];
}

const verdict = (isRight: boolean) => (isRight ? "ok   " : "WRONG");

const lookNext = [
  "examples/demo/expected.md                                            what was delivered, and what had to become of it",
  "npx sluice status --project examples/demo --local                    the loads",
  "npx sluice show <execution> --project examples/demo --local          one of them, with its states and files",
  "npx sluice rejects earthquakes --project examples/demo --local       the rejected records, raw",
  'npx sluice query "select …" --project examples/demo --local          the warehouse',
  "npx sluice local up --project examples/demo                          an endpoint for every AWS SDK (AWS_ENDPOINT_URL)",
];
