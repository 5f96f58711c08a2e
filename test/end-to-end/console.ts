import { describe, expect, test } from "@jest/globals";
import { type Session, withSession } from "../../cli/account/session.js";
import { AccountBackend } from "../../cli/console/account-backend.js";
import { RerunDone, Run } from "../../console/model/api.js";
import { DatasetPage } from "../../console/model/dataset-page.js";
import { MapAnswer, OverviewAnswer, Trends } from "../../console/model/overview.js";
import { type Console, serveConsole } from "../../console/server/server.js";
import { ask } from "../console/ask.js";
import type { Loads } from "./loads.js";

const place = { dataset: "orders", partition: "2026-11-22T05" };

/** The console over the running account, after `orders` was loaded once and refused once for one hour. */
export function testConsole(project: string, running: () => { readonly loads: Loads }): void {
  const withConsole = (work: (served: Console, backend: AccountBackend, session: Session) => Promise<void>) =>
    withSession({ project, local: true }, async (session) => {
      const backend = new AccountBackend(session, { isLocal: true, environment: "local", isReadOnly: false });
      const served = await serveConsole({ backend, assets: new Map(), port: 0 });
      try {
        await work(served, backend, session);
      } finally {
        await served.close();
      }
    });

  describe("the console over it", () => {
    test("shows every dataset, the refused load with its states and children, its rejects, and reruns it", async () => {
      await withConsole(async (served, backend, session) => {
        const headers = { "x-sluice-token": served.token, origin: `http://127.0.0.1:${served.port}` };
        const get = async (path: string) => (await ask(served, path, { headers })).json();
        const { isLocal, troubles, newest } = OverviewAnswer.parse(await get("/api/overview?since=0"));
        expect(isLocal).toBe(true);
        const refusal = { kind: "refused", error: "TooManyRejected", ...place };
        expect(troubles).toContainEqual(expect.objectContaining(refusal));
        expect(newest.map(({ startedAt }) => startedAt)).toEqual(
          newest
            .map(({ startedAt }) => startedAt)
            .toSorted()
            .reverse(),
        );
        const [trend] = Trends.parse(await get("/api/trends?dataset=orders"));
        expect(trend?.points.length).toBeGreaterThan(1);
        expect(await backend.rowCount("orders")).toMatchObject({ rows: expect.any(Number) });
        const { columns, lineage } = DatasetPage.parse(await get("/api/dataset?dataset=orders"));
        expect(columns.map(({ name }) => name)).toContain("amount");
        expect(lineage.map(({ what }) => what)).toEqual(expect.arrayContaining(["Files", "Parquet", "Table"]));
        const { rows } = MapAnswer.parse(await get("/api/map?since=0"));
        const orders = rows.find(({ dataset }) => dataset === "orders");
        expect(orders?.cells).toContainEqual([place.partition, "refused"]);
        expect((orders?.freshness?.partition ?? "") >= place.partition).toBe(true);
        expect(rows.map(({ dataset }) => dataset).sort()).toEqual(["orders", "returns"]);

        const attempts = await backend.attempts(place.dataset, place.partition);
        const [refused, loaded] = [attempts[0], attempts.at(-1)];
        expect([refused?.outcome, loaded?.outcome]).toEqual(["refused", "loaded"]);
        const run = Run.parse(await get(`/api/run?execution=${refused?.execution}`));
        expect(run).toMatchObject({ attempt: { error: "TooManyRejected" }, counts: { read: 1, rejected: 1 } });
        expect(run.next?.commands).toContainEqual(
          expect.stringMatching(/^sluice rejects orders --partition 2026-11-22T05 --local --project /),
        );
        const states = run.machine.visits.map(({ state }) => state);
        expect([states[0], states.at(-1)]).toEqual(["Validate the manifest", "The batch is refused"]);
        const { machine } = await backend.run(loaded?.execution ?? "");
        expect(machine.children.map(({ state }) => state)).toContain("Upsert the rows");
        expect(machine.children.at(-1)?.run.visits.at(-1)).toMatchObject({ outcome: "done" });
        const rejects = { total: 1, rows: [{ reason: "missing_required", column: "amount" }] };
        const asked = "/api/rejects?dataset=orders&partition=2026-11-22T05";
        expect(await get(asked)).toMatchObject(rejects);
        expect(await get(`${asked}&execution=${refused?.execution}`)).toMatchObject(rejects);
        expect(await get(`${asked}&execution=${loaded?.execution}`)).toMatchObject({ total: 0 });

        const again = { method: "POST", body: JSON.stringify({ execution: refused?.execution, force: false }) };
        const type = { "content-type": "application/json" };
        const answer = await ask(served, "/api/rerun", { ...again, headers: { ...headers, ...type } });
        const { way, execution } = RerunDone.parse(answer.json());
        expect(way).toBe("new execution");
        expect(attempts.map((attempt) => attempt.execution)).not.toContain(execution);
        const machineArn = session.deployment.loadPartition("erp");
        const arn = `${machineArn.replace(":stateMachine:", ":execution:")}:${execution}`;
        expect(await running().loads.followArn("erp", arn)).toMatchObject({ outcome: "refused" });
        const plan = await backend.planBackfill({
          dataset: "orders",
          from: "2026-11-22T00",
          to: "2026-11-22T23",
          force: false,
        });
        // Another hour of the day was loaded by a test before.
        expect(plan).toMatchObject({ partitions: 24, found: 2, due: [place.partition] });
      });
    });
  });
}
