import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import type { Console } from "../../console/server/server.js";
import { packageFolder } from "../../package-folder.js";
import { carriesItsFonts } from "./chromium.js";
import { FakeBackend } from "./fake-backend.js";
import { findLayoutFaults, LayoutFaults } from "./layout-facts.js";
import { type OpenedConsole, openConsole } from "./opened-console.js";
import { pages } from "./pages.js";
import { blocksApart, pictureOf, readPictures, writePictures } from "./picture.js";

/**
 * Every page at three widths, light and dark, as it is seen: nothing beside the screen, nothing on another thing, and the
 * picture as it was, block by block (`GOLDEN=write` writes what is expected: read the diff). The long form takes all six; the
 * short one each width and each theme once, which is 10 s of a core.
 */
const isWriting = process.env.GOLDEN === "write";
const widths = [1440, 1024, 420] as const;
const looks: readonly { readonly width: number; readonly colorScheme: "light" | "dark" }[] =
  process.env.SLUICE_LONG === undefined && !isWriting
    ? widths.map((width) => ({ width, colorScheme: width === 1024 ? "dark" : "light" }))
    : widths.flatMap((width) => (["light", "dark"] as const).map((colorScheme) => ({ width, colorScheme })));
/** Blocks (of some thousands) in which a picture may differ: fewer than the smallest button has; fields are drawn otherwise in the dark. */
const mostApart = { light: 3, dark: 12 };
const folder = join(packageFolder, "test", "console", "pictures");

describe("the console's pages, as they are seen", () => {
  let opened: OpenedConsole;
  let served: Console;
  let page: Page;
  let empty: Page;

  beforeAll(async () => {
    opened = await openConsole(new FakeBackend({ datasets: 12 }), { timezoneId: "UTC", locale: "en-GB" });
    ({ page, served } = opened);
    empty = await page.context().newPage();
    await page.goto(served.url);
  });
  afterAll(() => opened.close());

  /** Opens a page and looks for what is wrong with it. @returns what is seen */
  async function look([, hash, ready]: (typeof pages)[number], { width, colorScheme }: (typeof looks)[number]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await page.goto("about:blank");
    await page.goto(`http://127.0.0.1:${served.port}/${hash}`);
    await page.getByText("as of").waitFor();
    await ready(page);
    const faults = LayoutFaults.parse(await page.evaluate(findLayoutFaults));
    return { faults, picture: await pictureOf(page, empty) };
  }

  test.each(pages)("%s", async (...entry) => {
    const [name] = entry;
    const path = join(folder, `${name}.txt`);
    const expected = readPictures(path);
    const written = new Map<string, readonly string[]>();
    const wrong: string[] = [];
    for (const each of looks) {
      const where = `${name}, ${each.width} wide, ${each.colorScheme}`;
      const { faults, picture } = await look(entry, each);
      wrong.push(...faults.map((fault) => `${where}: ${fault}`));
      if (each.colorScheme === "light" || !written.has(`${each.width}`)) written.set(`${each.width}`, picture);
      const blocks = blocksApart(picture, expected.get(`${each.width}`) ?? []);
      // With other fonts the words are of other lengths.
      if (isWriting || !carriesItsFonts() || blocks <= mostApart[each.colorScheme]) continue;
      wrong.push(`${where}: ${blocks} blocks are not as expected, but\n${picture.join("\n")}`);
    }
    if (isWriting) writePictures(path, written);
    expect(wrong).toEqual([]);
  });
});
