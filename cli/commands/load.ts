import type { Command } from "commander";
import { openTarget, withTarget } from "../account/session.js";
import { resultOf } from "../loads/describe.js";
import { followLive } from "../loads/follow-live.js";
import { land, planLanding } from "../loads/landing.js";
import type { LoadResult } from "../loads/load-result.js";
import { reportLoads } from "../loads/report-load.js";
import { executionsOfLanding, recentExecutions } from "../loads/started.js";
import { progress } from "../output/terminal.js";
import type { SetExit } from "./command.js";
import { type LandOptions, withLanding } from "./land.js";

/** `sluice load`: land, then follow the execution until it ends; of files that are a batch each, one after the other. */
export function addLoad(program: Command, setExit: SetExit): void {
  const command = program.command("load");
  withLanding(command).action(async (dataset: string, files: readonly string[], options: LandOptions) => {
    const target = openTarget(options);
    const landing = await planLanding(target.project.contracts, dataset, files, options, new Date());
    await withTarget(
      target,
      { ...options, willLoad: [dataset] },
      async ({ clients, deployment, pollEveryMs, flags }) => {
        const { source } = landing.contract;
        const machine = deployment.loadPartition(source);
        const earlier = await recentExecutions(clients, machine);
        const landed = await land(clients, deployment.bucket(source, "landing"), landing);
        for (const { url } of landed.manifest === null ? landed.files : [landed.manifest]) progress(`landed ${url}`);
        const others = target.project.contracts.filter((each) => each.source === source && each.deliveries === dataset);
        for (const other of others) {
          progress(
            `${other.dataset} reads these files too, in a load of its own: sluice status ${other.dataset}${flags}`,
          );
        }
        const results: LoadResult[] = [];
        for (const executionArn of await executionsOfLanding(clients, machine, landing, landed, earlier)) {
          const ended = await followLive(clients, { source, executionArn, pollEveryMs, flags });
          results.push(await resultOf(clients, deployment, ended));
        }
        setExit(reportLoads(results, options.json === true));
      },
    );
  });
}
