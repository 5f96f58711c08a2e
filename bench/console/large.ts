import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { z } from "zod";
import { pageFiles } from "../../console/server/page.js";
import { packageFolder } from "../../package-folder.js";
import { serveAccount, sizes } from "./account.js";

const Started = z.object({ url: z.string() });
const Whole = z.object({ loads: z.int(), megabytes: z.number() });
const Look = z.object({ milliseconds: z.number() });

/** What the console does with a large account. */
export interface Large {
  /** From the address typed to the overview drawn, the server's own first look included. */
  readonly firstViewSeconds: number;
  /** Of the server, when every load is known. */
  readonly megabytes: number;
  /** The calls of a look in which nothing changed, by operation. */
  readonly calls: Readonly<Record<string, number>>;
  readonly lookMilliseconds: number;
}

async function ask<Schema extends z.ZodType>(child: ChildProcess, message: string, schema: Schema) {
  const answered = nextMessage(child);
  child.send(message);
  return schema.parse(await answered);
}

/** @throws Error when the process ends instead */
async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const exit = once(child, "exit", { signal: ended.signal }).then(([code]): never => {
    throw new Error(`the console's server ended with ${code}`);
  });
  exit.catch(() => {});
  try {
    const [message] = await Promise.race([once(child, "message"), exit]);
    return message;
  } finally {
    ended.abort();
  }
}

/** The server as a package holds it, and the page, in a temporary folder beside the packages that stay outside of it. */
async function bundled(): Promise<string> {
  const folder = mkdtempSync(join(packageFolder, "node_modules", ".bench-console-"));
  await build({
    entryPoints: [join(packageFolder, "bench", "console", "large-server.ts")],
    outfile: join(folder, "large-server.mjs"),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    mainFields: ["module", "main"],
    alias: { "schedule-expressions": join(packageFolder, "schedule", "index.ts") },
    external: [
      "commander",
      "fast-xml-parser",
      "libpg-query",
      "xpath",
      "yaml",
      "zod",
      "esbuild",
      "aws-cdk-lib",
      "constructs",
      "local-account",
    ],
    banner: {
      js: 'import { createRequire as __benchRequire } from "node:module"; const require = __benchRequire(import.meta.url);',
    },
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: "error",
    tsconfigRaw: {},
  });
  for (const [path, { content }] of await pageFiles())
    writeFileSync(join(folder, path === "/" ? "index.html" : path), content);
  return folder;
}

/** 300 datasets and 100,000 loads, in an account whose calls take 60 ms each. */
export async function measureLarge(browser: Browser): Promise<Large> {
  const account = await serveAccount();
  const folder = await bundled();
  // Without what this process was started with: tsx in the child would be measured, too.
  const child = fork(join(folder, "large-server.mjs"), [account.endpoint, folder], { execArgv: [] });
  try {
    const { url } = Started.parse(await nextMessage(child));
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const begin = performance.now();
    await page.goto(url);
    await page
      .locator("dataset-trends")
      .nth(sizes.datasets - 1)
      .waitFor({ state: "attached" });
    await page.locator("load-table tbody tr").first().waitFor();
    const firstViewSeconds = (performance.now() - begin) / 1000;
    const whole = await ask(child, "whole", Whole);
    if (whole.loads < sizes.loads) throw new Error(`only ${whole.loads} loads became known`);
    await page.close();
    account.calls.clear();
    const { milliseconds } = await ask(child, "look", Look);
    const calls = Object.fromEntries(account.calls);
    return { firstViewSeconds, megabytes: whole.megabytes, calls, lookMilliseconds: milliseconds };
  } finally {
    if (child.connected) {
      const exit = once(child, "exit");
      child.send("end");
      await exit;
    }
    rmSync(folder, { recursive: true });
    account.close();
  }
}
