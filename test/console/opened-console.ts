import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { pageFiles } from "../../console/server/page.js";
import { type Console, serveConsole } from "../../console/server/server.js";
import { launchChromium } from "./chromium.js";
import type { FakeBackend } from "./fake-backend.js";
import { now } from "./sample-rows.js";

/** A console in front of a made account, and a page in Chromium whose clock stands where the account's data does. */
export interface OpenedConsole {
  readonly browser: Browser;
  readonly served: Console;
  readonly page: Page;
  close(): Promise<void>;
}

export async function openConsole(
  backend: FakeBackend,
  context: BrowserContextOptions = {},
  patienceMs = 10_000,
): Promise<OpenedConsole> {
  const browser = await launchChromium();
  const served = await serveConsole({ backend, assets: await pageFiles(), port: 0 });
  const page = await (await browser.newContext({ reducedMotion: "reduce", ...context })).newPage();
  await page.clock.install({ time: now });
  page.setDefaultTimeout(patienceMs);
  return {
    ...{ browser, served, page },
    async close() {
      await browser.close();
      await served.close();
    },
  };
}
