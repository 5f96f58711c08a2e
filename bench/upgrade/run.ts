import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { baseTree, defaultBase, root } from "../base-tree.js";
import { Build } from "./build.js";
import { writeFixture } from "./fixture.js";
import { Look } from "./look.js";
import { writeProject } from "./project.js";

/**
 * `npm run upgrade`: a project that was made, loaded and left in the middle of its work by version 0.1 is upgraded in its local
 * account by this build, which is killed on the way. Nothing may be lost, and what was open must be finished or say how.
 * `--fixture` writes what `npm test` upgrades instead.
 * Ends with one line of JSON; exit 0 when everything was as it should.
 */

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const { values } = parseArgs({ options: { fixture: { type: "boolean", default: false } } });
const began = Date.now();
const folder = mkdtempSync(join(tmpdir(), "sluice-upgrade-"));
const [before, now] = [new Build(baseTree(), folder), new Build(root, folder)];
const wrong: string[] = [];
let tried = 0;

function show(what: string, isSo: boolean, found: unknown): void {
  tried++;
  console.log(`${isSo ? "as it should be" : "WRONG"}: ${what}${isSo ? "" : `: ${JSON.stringify(found)}`}`);
  if (!isSo) wrong.push(what);
}

interface Left {
  readonly held: Readonly<Record<string, readonly string[]>>;
  /** Rows of tables, as they are. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  readonly executions: ReadonlyMap<string, string>;
  /** Names of executions by how they were left. */
  readonly failed: string;
  readonly stopped: string;
  readonly refused: string;
  readonly running: string;
}

const file = (name: string) => join(folder, "files", name);
const load = (dataset: string, day: string) => [
  "load",
  dataset,
  file(`${dataset}-${day.slice(-2)}.csv`),
  "--partition",
  day,
];

/** Loads, then one load each that is refused, fails at the warehouse, is stopped while it converts, and runs when the power goes. */
async function liveWithVersion01(): Promise<Left> {
  const look = new Look(folder, await before.up());
  for (const [dataset, day] of [
    ["orders", "2026-11-22"],
    ["orders", "2026-11-23"],
    ["prices", "2026-11-22"],
    ["prices", "2026-11-23"],
  ] as const) {
    console.log(`version 0.1 loads ${dataset} ${day}`);
    await before.must(...load(dataset, day));
  }
  await look.rows("CREATE USER analyst PASSWORD DISABLE");
  await look.rows("GRANT SELECT ON sluice.loads, shop.orders TO analyst");
  await look.rows("CREATE VIEW shop.newest AS SELECT dataset, MAX(loaded_at) AS at FROM sluice.loads GROUP BY dataset");
  await look.rows("GRANT SELECT ON shop.newest TO analyst");

  const refused = await before.sluice(load("orders", "2026-11-27"));
  console.log(`version 0.1 refuses what has too many bad rows: exit ${refused.status}`);
  const guard = "PROCEDURE sluice.guard(varchar, varchar, varchar, varchar, varchar, varchar, boolean)";
  await look.rows(`REVOKE EXECUTE ON ${guard} FROM sluice_loader`);
  const failed = await before.sluice(load("orders", "2026-11-24"));
  await look.rows(`GRANT EXECUTE ON ${guard} TO sluice_loader`);
  console.log(`version 0.1 fails at the warehouse: exit ${failed.status}`);
  await before.must("land", ...load("orders", "2026-11-25").slice(1));
  const stopped = await look.converting("orders", "20261125");
  await look.stop(stopped);
  console.log("a load is stopped while it converts");
  const hour = new Date(Date.now() - 3_600_000).toISOString().slice(0, 13);
  await look.put(`visits/${hour.replaceAll(/[-T]/g, "/")}/a.json`, `{"visitor":"v1","seen_at":"${hour}:10:00Z"}\n`);
  const held = await look.everything();
  const tables: Record<string, readonly string[]> = {};
  for (const table of ["shop.orders", "shop.prices", "sluice.loads_orders", "sluice.loads_prices"]) {
    tables[table] = await look.rows(`SELECT * FROM ${table} ORDER BY 1`);
  }
  await before.must("land", ...load("orders", "2026-11-26").slice(1));
  const running = await look.converting("orders", "20261126");
  const executions = await look.executions();
  await before.down("SIGKILL");
  console.log("version 0.1 is killed while a load runs");
  const of = (day: string) => [...executions.keys()].find((name) => name.startsWith(`orders-202611${day}-`)) ?? "";
  return { held, tables, executions, failed: of("24"), stopped, refused: of("27"), running };
}

/** Templates first, as a deployment brings them, then the warehouse's objects; killed in both, and where a view changes places. */
async function upgradeWithInterruptions(): Promise<void> {
  for (const stopAt of [
    "making the templates",
    "done: procedure sluice.check",
    "done: view sluice.loads as it will be",
  ]) {
    const { status, text } = await now.sluice(["bootstrap"], stopAt);
    show(`the upgrade was killed at '${stopAt}'`, status === null && text.includes(stopAt), text);
  }
  const { status, text } = await now.sluice(["bootstrap"]);
  show("taken up again, the upgrade ends well", status === 0, text);
}

async function look({ held, executions, failed, stopped, refused, running }: Left): Promise<void> {
  const look = new Look(folder, await now.up());
  const there = await look.everything();
  for (const [what, before] of Object.entries(held)) {
    // What runs on, and what the schedule starts, may have added to it by now.
    const after = there[what] ?? [];
    const isSame = what.startsWith("files")
      ? before.every((key) => after.includes(key))
      : isDeepStrictEqual(after, before);
    show(`${what}: ${before.length}, the same as before`, before.length > 0 && isSame, {
      before,
      after,
    });
  }
  const known = await look.executions();
  for (const [name, status] of executions) {
    if (name !== running) show(`execution ${name} is still ${status}`, known.get(name) === status, known.get(name));
  }
  await finishWhatWasOpen(look, { failed, stopped, refused, running });
  await goOn(look);
}

/** An old execution goes on by its old definition (A3.2), which is not the functions' any more: it must say so, and rerun must help. */
async function finishWhatWasOpen(
  look: Look,
  left: Pick<Left, "failed" | "stopped" | "refused" | "running">,
): Promise<void> {
  const says = (text: string) => /DefinitionOutdated/.test(text) && /sluice rerun/.test(text);
  const ran = await look.ended(left.running);
  show("what ran when version 0.1 ended says what to do", says(ran), ran);
  await look.redrive(left.stopped);
  const redriven = await look.ended(left.stopped);
  show("a redrive by hand of what was stopped says what to do", says(redriven), redriven);
  for (const name of [left.failed, left.stopped, left.running]) {
    const { status, text } = await now.sluice(["rerun", name]);
    show(`sluice rerun loads ${name}`, status === 0 && text.includes("loaded"), text);
  }
  const again = await now.sluice(["rerun", left.refused]);
  show(
    "what was refused is refused by the same name",
    again.status === 2 && again.text.includes("TooManyRejected"),
    again.text,
  );
}

/** What was loaded by both builds belongs together. */
async function goOn(look: Look): Promise<void> {
  const next = await now.sluice(load("orders", "2026-11-28"));
  show("this build loads on", next.status === 0, next.text);
  const orders = await look.rows("SELECT order_id, amount FROM shop.orders ORDER BY order_id");
  const wanted = [
    '[1,"11.00"]',
    '[2,"25.00"]',
    '[4,"40.00"]',
    '[5,"50.00"]',
    '[6,"60.00"]',
    '[7,"70.00"]',
    '[9,"90.00"]',
  ];
  show("every row once, the newest version of each", isDeepStrictEqual(orders, wanted), orders);
  const back = await now.sluice(["rollback", "prices"]);
  const prices = await look.rows("SELECT article, price FROM shop.prices ORDER BY article");
  const wantedPrices = ['["a","1.00"]', '["b","2.00"]'];
  show("rollback finds the generation that version 0.1 kept", isDeepStrictEqual(prices, wantedPrices), [
    back.text,
    prices,
  ]);
  let visits: readonly string[] = [];
  for (const giveUpAt = Date.now() + 240_000; visits.length === 0 && Date.now() < giveUpAt; await sleep(1000)) {
    // Its first load makes the table.
    visits = await look.rows("SELECT visitor FROM shop.visits").catch(() => []);
  }
  show("the schedule goes on: what landed before is loaded, once", isDeepStrictEqual(visits, ['["v1"]']), visits);
  const repeated = await now.sluice(["bootstrap"]);
  show("bootstrap may be repeated", repeated.status === 0, repeated.text);
}

try {
  writeProject(folder);
  const left = await liveWithVersion01();
  if (values.fixture) {
    const { failed, stopped, refused, running } = left;
    writeFixture(folder, left.tables, { failed, stopped, refused, running });
  } else {
    await upgradeWithInterruptions();
    await look(left);
  }
} finally {
  await Promise.all([before.down("SIGKILL"), now.down()]);
  if (process.env.SLUICE_KEEP === undefined) rmSync(folder, { recursive: true, force: true });
  else console.log(`kept: ${folder}`);
}
const seconds = Math.round((Date.now() - began) / 1000);
console.log(
  JSON.stringify({ name: "upgrade", tried, wrong: wrong.length, target: 0, runs: { from: defaultBase, seconds } }),
);
process.exitCode = wrong.length === 0 ? 0 : 1;
