import type { Page } from "playwright-core";

/** Every page of the console over the tests' data: name, address, and when it is there. */
export const pages: readonly (readonly [string, string, (page: Page) => Promise<void>])[] = [
  [
    "overview",
    "#/",
    async (page) => {
      // Plots are drawn when they come near the screen.
      await page.locator("dataset-trends").first().scrollIntoViewIfNeeded();
      await page.locator("spark-plot canvas").first().waitFor();
      await page.locator("main").evaluate((main) => Reflect.set(main, "scrollTop", 0));
    },
  ],
  ["partitions", "#/map", (page) => page.locator("#active").waitFor({ state: "attached" })],
  ["dataset", "#/dataset/orders_web", (page) => page.getByText("31,204 rows").waitFor()],
  ["run", "#/run/orders_web/2026-11-25T01", (page) => page.getByText("Submit the batch").first().waitFor()],
  ["rejects", "#/rejects/orders_web/2026-11-25T01", (page) => page.getByText("7803311,1.2.3").waitFor()],
  ["search", "#/search?text=orders_web", (page) => page.getByRole("table").waitFor()],
  ["unknown", "#/nowhere/at/all", (page) => page.getByText("Page not found").waitFor()],
];
