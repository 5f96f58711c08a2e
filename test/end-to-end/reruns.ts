import { PutObjectCommand } from "@aws-sdk/client-s3";
import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "@jest/globals";
import type { Delivered } from "../../examples/demo/deliver.js";
import type { Loads } from "./loads.js";
import { type RunningAccount, sluice } from "./running-account.js";

const conversion = "Convert the partition to Parquet";

/** `sluice rerun` and `sluice backfill` of loads that somebody stopped while their Glue job ran. */
export function testReruns(project: string, use: () => { readonly account: RunningAccount; readonly loads: Loads }) {
  const run = async (...args: readonly string[]) => {
    const { code, out, said } = await sluice(...args, "--project", project, "--local", "--json");
    return { code, said, answer: JSON.parse(out || "null") };
  };

  /** Lands an hour of orders, and stops its load. @returns the name of its execution */
  async function stopped(hour: string): Promise<string> {
    const { account, loads } = use();
    const bucket = account.bucket("erp", "landing");
    const folder = `orders/2026/11/24/${hour}/`;
    const put = (Key: string, Body: string) =>
      account.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    await put(
      `${folder}a.json`,
      `{"shop":"R","number":${Number(hour)},"amount":1,"changed_at":"2026-11-24T0${Number(hour)}:00:00Z"}\n`,
    );
    const key = `${folder}_manifest.json`;
    const entries = [{ url: `s3://${bucket}/${folder}a.json`, mandatory: true }];
    const { VersionId } = await put(key, JSON.stringify({ entries }));
    const manifest: Delivered = { bucket, key, versionId: VersionId ?? null };
    const executionArn = await loads.untilState("erp", "orders", manifest, conversion);
    await account.clients.stepFunctions.send(new StopExecutionCommand({ executionArn }));
    return executionArn.slice(executionArn.lastIndexOf(":") + 1);
  }

  describe("loads that were stopped while they converted", () => {
    test("rerun redrives one, and says so; backfill loads the other alone, with progress, and then nothing", async () => {
      const [first] = await Promise.all([stopped("01"), stopped("02")]);
      const again = await run("rerun", first);
      expect(again).toMatchObject({ code: 0, answer: { outcome: "loaded", counts: { read: 1, inserted: 1 } } });
      // Both were under way, beside each other.
      expect(again.said).toMatch(
        new RegExp(
          `${first}: redrive, since it stopped at '(${conversion}|Inspect the target)', and the steps before it are not repeated\\.`,
        ),
      );

      const range = ["--from", "2026-11-24T01", "--to", "2026-11-24T03"];
      const filled = await run("backfill", "orders", ...range);
      expect(filled).toMatchObject({ code: 0, answer: [{ partition: "2026-11-24T02", outcome: "loaded" }] });
      expect(filled.said).toContain("orders: 3 partition(s), 2 manifest(s), 1 to load.");
      expect(filled.said).toContain("1/1 2026-11-24T02: loaded, 1 written");

      const repeated = await run("backfill", "orders", ...range);
      expect(repeated).toMatchObject({ code: 0, answer: [] });
      const { rows } = await use().loads.query("select number from sales.orders where shop = 'R' order by 1");
      expect(rows).toEqual([[1], [2]]);
    });

    test("rerun starts a refused batch anew, and says why", async () => {
      const { answer: loads } = await run("status", "orders");
      const refused: { execution: string } = loads.find(({ error }: { error?: string }) => error === "TooManyRejected");
      const name = refused.execution.slice(refused.execution.lastIndexOf(":") + 1);
      const again = await run("rerun", name);
      expect(again).toMatchObject({ code: 2, answer: { outcome: "refused", error: "TooManyRejected" } });
      expect(again.said).toContain(`${name}: new execution, since it was refused (TooManyRejected)`);
      expect(again.said).toContain(`The new execution is ${name}-r2.`);
    });
  });
}
