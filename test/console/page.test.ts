import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { pageFiles } from "../../console/server/page.js";
import { type Console, serveConsole } from "../../console/server/server.js";
import { FakeBackend } from "./fake-backend.js";
import { type OpenedConsole, openConsole } from "./opened-console.js";

/** Runs in the page, of whose types these tests know nothing. */
const outlineWidth = (node: unknown): unknown =>
  Reflect.get(Reflect.get(globalThis, "getComputedStyle")(node), "outlineWidth");

describe("the console's page, in Chromium", () => {
  let opened: OpenedConsole;
  let backend: FakeBackend;
  let served: Console;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    backend = new FakeBackend({ datasets: 40 });
    opened = await openConsole(backend, { viewport: { width: 1000, height: 560 } }, 20_000);
    ({ page, served } = opened);
    page.on("pageerror", (error) => faults.push(String(error)));
    // What the policy blocks is said there, too. A refused look is an answer that some tests ask for.
    page.on("console", (message) => {
      if (message.type() === "error" && !/status of [45]/.test(message.text())) faults.push(message.text());
    });
  });
  afterAll(() => opened.close());
  beforeEach(() => backend.reset());
  afterEach(async () => {
    await page.evaluate("localStorage.clear()");
    await page.goto("about:blank");
    expect(faults.splice(0)).toEqual([]);
  });

  const open = async (hash = "#/map") => {
    await page.goto(served.url);
    await page.getByText("local account").waitFor();
    if (hash !== "#/") await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    if (hash === "#/map") await page.getByRole("grid").waitFor();
  };
  const failedRun = "#/run/orders_emea/2026-11-25T01";

  describe("the token", () => {
    test("leaves the address at once, and opens links in another tab", async () => {
      await open("#/");
      expect(page.url()).toBe(`http://127.0.0.1:${served.port}/#/`);
      const other = await page.context().newPage();
      await other.goto(`http://127.0.0.1:${served.port}/#/map`);
      await other.getByRole("grid").waitFor();
      await other.close();
    });

    test("without it nothing is shown; typed wrong it is asked again, typed right it opens", async () => {
      await page.goto(`http://127.0.0.1:${served.port}/`);
      const field = page.getByLabel("Enter the token");
      await field.fill("wrong");
      await page.getByRole("button", { name: "Open" }).click();
      await field.waitFor();
      expect(backend.asked).toBe(0);
      await field.fill(served.token);
      await page.getByRole("button", { name: "Open" }).click();
      await page.getByRole("heading", { name: "Newest loads" }).waitFor();
    });
  });

  describe("the heat map", () => {
    const active = () => page.locator("#active").getAttribute("aria-label");

    test("is a grid for keys: arrows move through partitions, the cell says its state, the focus is seen", async () => {
      const dataset = backend.rows[1]?.dataset ?? "";
      backend.setCell(dataset, "2026-11-25T01", "refused");
      await open();
      const grid = page.getByRole("grid", { name: "Loads by dataset and hour" });
      await grid.focus();
      for (const key of ["Control+Home", "ArrowDown", "End", "ArrowLeft"]) await page.keyboard.press(key);
      expect(await active()).toBe(`${dataset}, 25 Nov 2026, 01:00 UTC: refused`);
      expect(await grid.getAttribute("aria-rowcount")).toBe("41");
      expect(await page.locator("#active").evaluate(outlineWidth)).toBe("2px");
      await page.keyboard.press("PageDown");
      expect(await active()).not.toContain(dataset);
      await page.keyboard.press("PageUp");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: dataset }).waitFor();
    });

    test("a row far below is drawn and named when one goes there", async () => {
      await open();
      await page.getByRole("grid").focus();
      await page.keyboard.press("Control+End");
      const last = backend.rows.at(-1)?.dataset ?? "";
      expect(await active()).toContain(last);
      await page.getByRole("rowheader", { name: last }).waitFor();
    });

    test("filter, trouble alone, days, and what there is when nothing matches", async () => {
      await open();
      await page.getByRole("searchbox", { name: "Filter datasets" }).fill("orders_");
      expect(await page.getByRole("grid").getAttribute("aria-rowcount")).toBe("5");
      await page.getByRole("button", { name: "Days" }).click();
      expect(await page.getByRole("grid").getAttribute("aria-colcount")).toBe("61");
      await page.getByRole("searchbox", { name: "Filter datasets" }).fill("nothing");
      await page.getByText("No dataset matches").waitFor();
    });

    test("the partitions of a dataset whose last load is long ago are shown where they are", async () => {
      const [first] = backend.rows;
      if (first === undefined) throw new Error("no row");
      backend.rows = [
        { ...first, dataset: "quiet", granularity: "day", cells: [["2018-02-07", "loaded"]] },
        ...backend.rows,
      ];
      await open("#/map?text=quiet");
      await page.getByText("10 Dec 2017 – 7 Feb 2018, UTC").waitFor();
      await page.getByRole("grid").focus();
      expect(await active()).toBe("quiet, 7 Feb 2018: loaded");
    });

    test("a project without datasets is told the next command", async () => {
      backend.rows = [];
      await open("#/");
      await page.getByText("sluice infer").waitFor();
    });
  });

  describe("a load", () => {
    test("stands on its machine: states with their times, the one that failed, its child, and what to type", async () => {
      await open(failedRun);
      await page.getByRole("button", { name: "This run" }).click();
      await page.getByRole("img", { name: "Check the report: done, 0.9 s" }).waitFor();
      const failed = page.getByRole("button", { name: /^Upsert the rows: failed here, 44 s, StatementFailed/ });
      expect(await failed.getAttribute("aria-expanded")).toBe("true");
      await page.getByRole("img", { name: "Submit the batch: done, 43 s" }).waitFor();
      await page.getByText("sluice rerun orders_emea-2026112501-9f3c2b7a1d04", { exact: true }).waitFor();
      await failed.focus();
      await page.keyboard.press("Enter");
      expect(await page.getByRole("img", { name: /Submit the batch/ }).count()).toBe(0);
      await page.getByRole("button", { name: "Whole machine" }).click();
      await page.getByRole("img", { name: "Swap the tables: not entered" }).waitFor();
      await page.getByRole("img", { name: "48,211 read: 47,914 written, 289 deduplicated, 8 rejected" }).waitFor();
    });

    test("is rerun after a confirmation that says what will be done, and not before", async () => {
      await open(failedRun);
      await page.getByRole("button", { name: "Rerun…" }).click();
      const dialog = page.getByRole("dialog", { name: "Rerun this load?" });
      await dialog.getByText("it stopped at 'Upsert the rows'").waitFor();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      expect(backend.reruns).toEqual([]);
      await page.getByRole("button", { name: "Rerun…" }).click();
      await dialog.getByRole("button", { name: "Redrive it" }).click();
      await dialog.waitFor({ state: "hidden" });
      expect(backend.reruns).toEqual([{ execution: "orders_emea-2026112501-9f3c2b7a1d04", force: false }]);
    });

    test("its rejected records have their reasons and raw text", async () => {
      await open(failedRun);
      await page.getByRole("link", { name: "See 8 rejected records" }).click();
      await page.getByText('7781201,"12,50",EUR,2026-11-25T00:51:07Z,DE').waitFor();
      await page.getByRole("button", { name: "missing_required 2" }).click();
      expect(await page.getByRole("row").count()).toBe(3);
      expect(backend.rejectsOf).toBe("orders_emea-2026112501-9f3c2b7a1d04");
    });
  });

  test("a backfill: what is due is shown, then begun by its plan, then followed", async () => {
    await open();
    await page.getByRole("button", { name: "Backfill…" }).click();
    const dialog = page.getByRole("dialog", { name: "Backfill" });
    await dialog.getByLabel("Dataset").selectOption("orders_app");
    await dialog.getByRole("textbox", { name: "From" }).fill("2026-11-24T00");
    await dialog.getByRole("textbox", { name: "To" }).fill("2026-11-24T23");
    await dialog.getByRole("button", { name: "Show what is due" }).click();
    await dialog.getByText("2026-11-24T03 2026-11-24T04").waitFor();
    expect(backend.started).toEqual([]);
    // Another range needs another look.
    await dialog.getByRole("textbox", { name: "To" }).fill("2026-11-24T22");
    await dialog.getByRole("button", { name: "Show what is due" }).click();
    await dialog.getByRole("button", { name: "Load 2 batches" }).click();
    await page.getByText("1/2 2026-11-24T03: loaded, 214 written").waitFor();
    expect(backend.started).toEqual(["plan-1"]);
    expect(backend.planned.map(({ dataset, to }) => [dataset, to])).toEqual([
      ["orders_app", "2026-11-24T23"],
      ["orders_app", "2026-11-24T22"],
    ]);
  });

  test("a backfill out of the view of days is offered a range that the dataset takes", async () => {
    await open();
    await page.getByRole("button", { name: "Days" }).click();
    await page.getByRole("grid").focus();
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("End");
    await page.getByRole("button", { name: "Backfill…" }).click();
    const dialog = page.getByRole("dialog", { name: "Backfill" });
    await dialog.getByRole("button", { name: "Show what is due" }).click();
    await dialog.getByText("2 batches to load").waitFor();
    expect(backend.rows[0]?.granularity).toBe("hour");
    expect(backend.planned).toMatchObject([
      { dataset: backend.rows[0]?.dataset, from: "2026-11-25T00", to: "2026-11-25T23" },
    ]);
  });

  describe("looking by itself", () => {
    const quiet = () => {
      backend.rows = backend.rows.map((row) => ({
        ...row,
        cells: row.cells.filter(([, state]) => state !== "running"),
      }));
    };

    test("often while something runs, and what changed is shown", async () => {
      backend.setCell("clicks_app", "2026-11-25T02", "running");
      await open();
      await page.getByText("live", { exact: true }).waitFor();
      const asked = backend.asked;
      quiet();
      backend.setCell("clicks_app", "2026-11-25T02", "failed");
      await page.clock.runFor(2100);
      await page.getByText("watching", { exact: true }).waitFor();
      expect(backend.asked).toBe(asked + 1);
    });

    test("not at all when nobody is there and nothing runs; a key wakes it", async () => {
      quiet();
      await open();
      await page.clock.fastForward(6 * 60_000);
      await page.getByText("paused", { exact: true }).waitFor();
      const asked = backend.asked;
      await page.clock.fastForward(60 * 60_000);
      expect(backend.asked).toBe(asked);
      await page.keyboard.press("Shift");
      await page.getByText("watching", { exact: true }).waitFor();
      expect(backend.asked).toBe(asked + 1);
    });

    test("an error of the account is said by its name, what was seen stays, and the next look mends it", async () => {
      await open();
      backend.broken = Object.assign(new Error("The security token expired. Log in again."), { name: "ExpiredToken" });
      await page.getByRole("button", { name: "Refresh" }).click();
      await page.getByRole("alert").getByText("ExpiredToken").waitFor();
      await page.getByRole("grid").waitFor();
      backend.broken = undefined;
      await page.getByRole("button", { name: "Refresh" }).click();
      await page.getByRole("alert").waitFor({ state: "hidden" });
    });
  });

  test("a console whose command has ended: what was seen stays, with the command that starts it again; then it goes on", async () => {
    const assets = await pageFiles();
    const first = await serveConsole({ backend, assets, port: 0 });
    await page.goto(first.url);
    await page.getByRole("heading", { name: "Newest loads" }).waitFor();
    await first.close();
    await page.getByRole("button", { name: "Refresh" }).click();
    const alert = page.getByRole("alert");
    await alert.getByText("The console has stopped. Start it again: sluice console --local --project shop").waitFor();
    await page.getByRole("heading", { name: "Newest loads" }).waitFor();
    const again = await serveConsole({ backend, assets, port: first.port, token: first.token });
    await page.getByRole("button", { name: "Refresh" }).click();
    await alert.waitFor({ state: "hidden" });
    await again.close();
    faults.splice(0);
  });

  test("dark as the system is, or as one chose", async () => {
    const paper = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    await page.emulateMedia({ colorScheme: "dark" });
    await open();
    expect(await paper()).toBe("rgb(20, 24, 26)");
    await page.getByRole("button", { name: "Theme: auto, as the system" }).click();
    expect(await paper()).toBe("rgb(251, 251, 248)");
    await page.reload();
    await page.getByRole("button", { name: "Theme: light" }).waitFor();
  });
});
