import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Page } from "playwright-core";
import { z } from "zod";

/** Pixels of a block's side. */
const block = 20;
/** How much of a block is drawn on, from nearly nothing to most of it. */
const levels = " .:#";
const Rows = z.array(z.string());

/**
 * Runs in an empty page: a picture's blocks as characters. Drawn on is what stands out from the background, which the pixel
 * above has too, or is the colour of most pixels: so a panel of another colour is empty, and light and dark give the same.
 */
const reduce = (picture: string) => `(async () => {
  const bytes = await (await fetch("data:image/png;base64,${picture}")).blob();
  const image = await createImageBitmap(bytes);
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, image.width, image.height);
  const rows = [];
  for (let top = 0; top < height; top += ${block}) {
    let row = "";
    for (let left = 0; left < width; left += ${block}) {
      const counts = new Map();
      for (let y = top; y < Math.min(height, top + ${block}); y++)
        for (let x = left; x < Math.min(width, left + ${block}); x++) {
          const at = 4 * (y * width + x);
          const colour = (data[at] >> 3) * 1024 + (data[at + 1] >> 3) * 32 + (data[at + 2] >> 3);
          counts.set(colour, (counts.get(colour) ?? 0) + 1);
        }
      let paper = 0, most = 0, all = 0;
      for (const [colour, count] of counts) { all += count; if (count > most) { most = count; paper = colour; } }
      let ink = 0;
      const far = (a, b) => Math.max(Math.abs((a >> 10) - (b >> 10)), Math.abs(((a >> 5) & 31) - ((b >> 5) & 31)), Math.abs((a & 31) - (b & 31))) > 6;
      for (const [colour, count] of counts) if (far(colour, paper)) ink += count;
      const share = ink / all;
      row += "${levels}"[share < 0.01 ? 0 : share < 0.1 ? 1 : share < 0.25 ? 2 : 3];
    }
    rows.push(row.trimEnd());
  }
  return rows;
})()`;

/** What is seen of a page, as text: a character a block of 20 × 20 pixels. @param empty a page that may run scripts */
export async function pictureOf(page: Page, empty: Page): Promise<readonly string[]> {
  const picture = await page.screenshot({ animations: "disabled", caret: "hide" });
  return Rows.parse(await empty.evaluate(reduce(picture.toString("base64"))));
}

/** How many blocks of two pictures are more than a step apart: what a font's smoothing changes is less. */
export function blocksApart(found: readonly string[], expected: readonly string[]): number {
  let apart = 0;
  for (let row = 0; row < Math.max(found.length, expected.length); row++) {
    const [a, b] = [found[row] ?? "", expected[row] ?? ""];
    for (let column = 0; column < Math.max(a.length, b.length); column++) {
      const step = levels.indexOf(a[column] ?? " ") - levels.indexOf(b[column] ?? " ");
      if (Math.abs(step) > 1) apart += 1;
    }
  }
  return apart;
}

const head = (name: string) => `== ${name}`;

/** The pictures of a file by their names; none where it is not there. */
export function readPictures(path: string): ReadonlyMap<string, readonly string[]> {
  if (!existsSync(path)) return new Map();
  const parts = readFileSync(path, "utf8").split(/^== /m).slice(1);
  return new Map(
    parts.map((part) => {
      const [name = "", ...rows] = part.trimEnd().split("\n");
      return [name, rows] as const;
    }),
  );
}

export function writePictures(path: string, pictures: ReadonlyMap<string, readonly string[]>): void {
  mkdirSync(dirname(path), { recursive: true });
  const texts = [...pictures].map(([name, rows]) => `${[head(name), ...rows].join("\n").trimEnd()}\n`);
  writeFileSync(path, texts.join("\n"));
}
