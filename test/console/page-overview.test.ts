import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { z } from "zod";
import type { Console } from "../../console/server/server.js";
import { FakeBackend } from "./fake-backend.js";
import { type OpenedConsole, openConsole } from "./opened-console.js";
import { pages } from "./pages.js";
import { sampleRun } from "./sample-run.js";

/** The checker of accessibility, as a page runs it; the page's own policy lets no other script in. */
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const Violations = z.array(z.object({ id: z.string(), nodes: z.array(z.string()) }));
const findViolations = `axe.run().then(({ violations }) =>
  violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => html.slice(0, 160) + " " + failureSummary) })))`;

/** Themes and widths; all of them in the long form, otherwise two that differ in both. */
const looks: readonly (readonly ["light" | "dark", number])[] =
  process.env.SLUICE_LONG === undefined
    ? [
        ["light", 1440],
        ["dark", 420],
      ]
    : (["light", "dark"] as const).flatMap((theme) => [1440, 1024, 420].map((width) => [theme, width] as const));

/** What has the focus: its text or label, through all shadow roots. */
const focused = `(() => {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active?.getAttribute("aria-label") ?? active?.textContent.replace(/\\s+/g, " ").trim() ?? "";
})()`;

/** Whether the list of newest loads has so many rows. */
const rowsShown = (count: number) => `(() => {
  const view = document.querySelector("sluice-console")?.shadowRoot?.querySelector("overview-view")?.shadowRoot;
  const list = view?.querySelector("newest-loads")?.shadowRoot?.querySelector("load-table")?.shadowRoot;
  return list?.querySelectorAll("tbody tr").length === ${count};
})()`;

describe("the console's overview, in Chromium", () => {
  let opened: OpenedConsole;
  let backend: FakeBackend;
  let served: Console;
  let page: Page;

  beforeAll(async () => {
    backend = new FakeBackend({ datasets: 12 });
    // The policy would block the checker; what it blocks is seen in the other file of tests.
    opened = await openConsole(backend, { bypassCSP: true });
    ({ page, served } = opened);
    await page.goto(served.url);
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    backend.reset();
    await page.setViewportSize({ width: 1440, height: 900 });
  });
  afterEach(() => page.goto("about:blank"));

  const open = async (hash: string) => {
    await page.goto(`http://127.0.0.1:${served.port}/${hash}`);
    await page.getByText("as of").waitFor();
  };

  test.each(pages)(
    "%s: no violation of accessibility, light or dark, wide or narrow; nothing beside the page",
    async (_, hash, ready) => {
      for (const [colorScheme, width] of looks) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await open(hash);
        await ready(page);
        await page.evaluate(axe);
        expect(Violations.parse(await page.evaluate(findViolations))).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      }
    },
  );

  test("the numbers of the plots stand in a table, and under the pointer", async () => {
    await open("#/");
    const line = page.locator("dataset-trends").first();
    await line.getByText("Numbers").click();
    const rows = line.getByRole("row");
    await rows.nth(30).waitFor();
    expect(await rows.count()).toBe(31);
    const newest = (await rows.nth(1).getByRole("cell").nth(2).textContent()) ?? "";
    const plot = line.locator("spark-plot").nth(1);
    const { x = 0, y = 0, width = 0 } = (await plot.locator(".plot").boundingBox()) ?? {};
    await page.mouse.move(x + width - 3, y + 10);
    await plot.getByText("2026-11-2").waitFor();
    expect(await plot.locator("b").textContent()).toBe(newest);
  });

  test("by keys alone: the content at once, the next trouble, back to where one was", async () => {
    await open("#/");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(focused)).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("n");
    await page.keyboard.press("n");
    const second = await page.evaluate(focused);
    await page.keyboard.press("Enter");
    await page.locator("run-view .back").waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "Newest loads" }).waitFor();
    await expect(page.waitForFunction(`${focused} === ${JSON.stringify(second)}`)).resolves.toBeDefined();
    await page.evaluate("location.hash = '#/map'");
    await page.getByRole("grid").waitFor();
    await page.keyboard.press("n");
    await page.waitForURL(/#\/(run|map\?)/);
  });

  test("a dataset has its contract, the rates of its checks, its next runs, and what its batch checks said", async () => {
    await open("#/");
    await page.getByRole("link", { name: "orders_web", exact: true }).last().click();
    await page.getByRole("row", { name: "amount decimal(12,2) allowed With VAT." }).waitFor();
    await page.getByRole("row", { name: "positive_amount amount > 0 99.99 % 12" }).waitFor();
    await page.getByText("2026-11-25 03:05:00").waitFor();
    await page.getByText("not_too_few: passed").waitFor();
    expect(await page.title()).toBe("orders_web – shop – Sluice");
    await page.evaluate("location.hash = '#/dataset/gone'");
    await page.getByText("There is no dataset 'gone'.").waitFor();
  });

  test("a run in time: a bar for each state, what failed open, and a state in full", async () => {
    await open("#/run/orders_web/2026-11-25T01");
    const failed = page.getByRole("button", { name: /^Upsert the rows: failed here, 44 s, StatementFailed$/ });
    await failed.waitFor();
    await page.getByRole("button", { name: "Submit the batch: done, 43 s" }).waitFor();
    expect(await page.getByText("How is it loaded?").count()).toBe(0);
    await failed.focus();
    await page.keyboard.press("Enter");
    await page.getByText("ActiveStatementsExceeded").waitFor();
    await page.getByText("d9b6c0c9-0747-4bf4-b142-e8883122f766").waitFor();
    await page.getByText("2 SQL statements").click();
    await page.getByText("MERGE INTO shop.orders").waitFor();
    await page.evaluate(axe);
    expect(Violations.parse(await page.evaluate(findViolations))).toEqual([]);
  });

  test("several loads are rerun at once, after it was said what becomes of each", async () => {
    const [first, second] = backend.rows;
    backend.rows = [first, second].flatMap((row) => (row === undefined ? [] : [{ ...row, cells: [] }]));
    for (const { dataset } of backend.rows) backend.setCell(dataset, "2026-11-25T01", "failed");
    await open("#/");
    await page.getByRole("button", { name: "Select all 2 loads" }).click();
    await page.getByRole("button", { name: "Rerun 2 loads…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("redrive: it stopped at").first().waitFor();
    expect(backend.reruns).toEqual([]);
    await dialog.getByRole("button", { name: "Rerun 2 loads" }).click();
    await dialog.getByText("redriven").nth(1).waitFor();
    expect(backend.reruns).toHaveLength(2);
  });

  test("chosen cells of the map are rerun where their newest load failed", async () => {
    await open("#/map");
    await page.getByRole("grid").focus();
    for (const key of ["Control+Home", "x", "ArrowDown", "x"]) await page.keyboard.press(key);
    expect(await page.locator("#active").getAttribute("aria-label")).toMatch(/, selected$/);
    await page.getByRole("button", { name: "Rerun the failed loads of 2 cells…" }).click();
    await page.getByRole("dialog").getByText("redrive: it stopped at").first().waitFor();
  });

  test("a schedule is paused with its reason after it was confirmed, seen everywhere, and resumed", async () => {
    await open("#/dataset/orders_web");
    await page.getByRole("button", { name: "Pause…" }).click();
    const dialog = page.getByRole("dialog", { name: "Pause the schedule of orders_web?" });
    await dialog.getByText("2026-11-25 03:05:00 UTC").waitFor();
    await page.keyboard.press("Escape");
    expect(backend.pauses.size).toBe(0);
    await page.getByRole("button", { name: "Pause…" }).click();
    await dialog.getByLabel("Reason").fill("the warehouse moves");
    await page.keyboard.press("Enter");
    await page.getByText("Paused since 2026-11-25 02:20:00 UTC: the warehouse moves").waitFor();
    await page.getByText("schedule paused just now").waitFor();
    expect(backend.pauses.get("orders_web")?.reason).toBe("the warehouse moves");
    await page.evaluate(axe);
    expect(Violations.parse(await page.evaluate(findViolations))).toEqual([]);
    await page.getByRole("button", { name: "Resume…" }).click();
    await page.getByRole("button", { name: "Resume it" }).click();
    await page.getByRole("button", { name: "Pause…" }).waitFor();
    expect(backend.pauses.size).toBe(0);
  });

  test("the overview is narrowed by owner, and the address keeps it", async () => {
    await open("#/");
    const all = await page.locator("dataset-trends").count();
    await page.getByLabel("Owner").selectOption("web-team@example.com");
    await page.waitForURL(/#\/\?owner=web-team%40example\.com$/);
    const owned = backend.rows.filter(({ owner }) => owner !== null).length;
    await page.getByRole("heading", { name: `${owned} datasets` }).waitFor();
    expect([all, await page.locator("dataset-trends").count()]).toEqual([backend.rows.length, owned]);
    await page.reload();
    await page.getByRole("heading", { name: `${owned} datasets` }).waitFor();
  });

  test("newest loads under a filter come from however far back, page by page, and are asked again only when something changed", async () => {
    const rare = backend.rows[0]?.dataset ?? "";
    const failed = "2026-11-18T03";
    backend.setCell(rare, failed, "failed");
    await open(`#/?text=${rare}&state=failed`);
    const list = page.getByRole("table", { name: "Newest loads" });
    await list.getByText(failed).waitFor();
    await open("#/?state=loaded");
    await page.getByRole("button", { name: "Show 60" }).click();
    await page.getByRole("button", { name: "Show older loads" }).click();
    await page.waitForFunction(rowsShown(120));
    const asked = backend.newestAsked;
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.waitForTimeout(300);
    expect([asked, backend.newestAsked]).toEqual([3, 3]);
  });

  test("SQL that waits for a lock says for whose while it lasts, and the reason where nobody may ask", async () => {
    backend.sample = sampleRun("waiting");
    backend.wait = {
      table: "shop.orders_emea",
      holders: [{ pid: 4711, user: "ann", since: "2026-11-25T01:10:00Z" }],
      problem: null,
    };
    await open("#/run/orders_web/2026-11-25T01");
    await page.getByText("waits for a lock on shop.orders_emea held by pid 4711, user ann, since 01:10:00").waitFor();
    const submitted = backend.sample.machine.children[0]?.run.visits[0]?.startedAt;
    expect([backend.locksAskedFor, submitted]).toEqual([submitted, expect.any(String)]);
    const problem = "whether it waits for a lock is not known: your role may not query the warehouse as its reader";
    backend.wait = { table: null, holders: [], problem };
    await open("#/run/orders_web/2026-11-25T01");
    await page.getByText(problem).waitFor();
    backend.locksAskedFor = null;
    backend.sample = sampleRun("failed");
    await open("#/run/orders_web/2026-11-25T01");
    await page.getByRole("heading", { name: "States" }).waitFor();
    expect(backend.locksAskedFor).toBeNull();
  });

  test("who may only look is offered nothing that changes, and times follow the reader's zone", async () => {
    backend.isReadOnly = true;
    await open("#/run/orders_web/2026-11-25T01");
    await page.getByRole("heading", { name: "States" }).waitFor();
    expect(await page.getByRole("button", { name: "Rerun…" }).count()).toBe(0);
    await open("#/dataset/orders_web");
    await page.getByText("Next runs").waitFor();
    expect(await page.getByRole("button", { name: "Pause…" }).count()).toBe(0);
    await page.getByRole("button", { name: "UTC", exact: true }).click();
    expect(await page.evaluate("localStorage.getItem('sluice-zone')")).toBe("local");
    await page.getByRole("button", { name: "UTC", exact: true }).click();
  });
});
