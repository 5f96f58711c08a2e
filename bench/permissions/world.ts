import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClients } from "../../cli/account/clients.js";
import { bootstrapStatements, runBootstrap } from "../../cli/bootstrap/bootstrap.js";
import { bucketName, sourceResource, stateMachineArn } from "../../contract/layout.js";
import { readSoundProject, type SoundProject } from "../../contract/read.js";
import { synthesize } from "../../infra/synthesize.js";
import { type OpenAccount, openAccount } from "../../local/account.js";
import type { Call, Shape } from "../../local/call/call.js";
import { isShape } from "../../local/call/input.js";
import { VirtualClock } from "../../local/call/virtual-clock.js";
import type { JobRunner } from "../../local/glue/jobs/job-runs.js";
import type { Decided } from "../../local/iam/authorise.js";
import { type JobEnding, standInJob } from "../faults/stand-in-job.js";
import { projectName, source, type Variant, writeProject } from "../faults/variants.js";
import { type Grant, roleName, Withholding } from "./withholding.js";

const accountId = "000000000000";
const region = "eu-central-1";
const patienceMs = 60_000;

export interface WorldOptions {
  readonly datasets: readonly Variant[];
  /** What is added to the file of each dataset that waits for manifests. */
  readonly more?: string;
  readonly start: number;
  /** How far time may go by itself: schedules never come to rest. */
  readonly limit?: number;
  /** Changes the project's folder before it is synthesized. */
  readonly declare?: (folder: string) => void;
  /** Adds to the cloud assembly before it is opened. */
  readonly complete?: (assemblyFolder: string, project: SoundProject) => void;
  /** Buckets that were there before. */
  readonly existingBuckets?: readonly string[];
}

/** A local account in which permissions can be taken away, and that notes what is asked for. */
export class World {
  readonly withholding = new Withholding();
  readonly clock: VirtualClock;
  /** Answers a call in place of its service. */
  intervene: (call: Call) => Shape | undefined = () => undefined;
  /** Whether jobs go on until they are stopped. */
  holdsJobs = false;
  /** How the next job ends, when not well. */
  nextJob: JobEnding | undefined;
  #decisions: Decided[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), "sluice-permissions-"));
  #account: OpenAccount | undefined;

  private constructor({ start, limit }: WorldOptions) {
    this.clock = new VirtualClock(start, limit);
  }

  static async open(options: WorldOptions): Promise<World> {
    const world = new World(options);
    try {
      await world.#open(options);
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  async #open({ datasets, more, declare, complete, existingBuckets }: WorldOptions): Promise<void> {
    const { folder } = this;
    writeProject(folder, datasets);
    for (const { dataset, arrival } of datasets) {
      if (more !== undefined && arrival === undefined)
        appendFileSync(join(folder, "datasets", `${dataset}.yaml`), more);
    }
    declare?.(folder);
    synthesize(folder, join(folder, "cdk.out"), { validate: false, wheels: false });
    const sound = readSoundProject(folder);
    complete?.(join(folder, "cdk.out"), sound);
    this.#account = await openAccount({
      assemblyFolder: join(folder, "cdk.out"),
      stateFolder: join(folder, ".sluice"),
      clock: this.clock,
      policies: (declared) => this.withholding.policies(declared),
      onDecision: (decided) => this.#decisions.push(decided),
      faults: { before: async (call) => this.intervene(call) },
      python: ".venv",
      ...(existingBuckets === undefined ? {} : { existingBuckets }),
      glue: {
        runner: (account) =>
          this.#runner(
            standInJob(
              account,
              () => this.#takeEnding(),
              () => false,
            ),
          ),
      },
    });
    const { project, contracts } = sound;
    const { endpoint, credentials } = this.account;
    const clients = createClients({ region, local: { endpoint, ...credentials } });
    await runBootstrap(clients, project, await bootstrapStatements(clients, project, contracts), () => {});
  }

  #takeEnding(): JobEnding | undefined {
    const ending = this.nextJob;
    this.nextJob = undefined;
    return ending;
  }

  #runner(job: JobRunner): JobRunner {
    return {
      ...job,
      run: (request, signal) => {
        if (!this.holdsJobs) return job.run(request, signal);
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
    };
  }

  get account(): OpenAccount {
    if (this.#account === undefined) throw new TypeError("the account is not open");
    return this.#account;
  }

  async close(): Promise<void> {
    await this.#account?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What was decided since the last call, for roles. */
  takeDecisions(): readonly (Grant & { readonly isAllowed: boolean })[] {
    const decisions = this.#decisions.filter(({ principal }) => principal.includes(":role/"));
    this.#decisions = [];
    return decisions.map(({ principal, action, isAllowed }) => ({ role: roleName(principal), action, isAllowed }));
  }

  call(service: Call["service"], operation: string, input: Shape): Promise<Shape> {
    return this.account.call({ service, operation, input, principal: this.account.root });
  }

  bucket = (kind: "landing" | "processed"): string => bucketName(projectName, source, kind, accountId, region);

  put(kind: "landing" | "processed", Key: string, text: string): Promise<Shape> {
    return this.call("s3", "PutObject", { Bucket: this.bucket(kind), Key, Body: Buffer.from(text) });
  }

  /** SQL past everything, as nobody has it on AWS. */
  async sql(text: string): Promise<void> {
    const warehouse = await this.account.services.redshift.warehouse(projectName);
    await (await warehouse.system(warehouse.database)).query(text);
  }

  async settled(): Promise<void> {
    await this.account.services.settled();
  }

  /** Executions of a machine of the source, the newest first. */
  async executions(machine: string): Promise<readonly Shape[]> {
    const arn = stateMachineArn(region, accountId, sourceResource(projectName, source, machine));
    const { executions } = await this.call("states", "ListExecutions", { stateMachineArn: arn });
    return Array.isArray(executions) ? executions.filter(isShape) : [];
  }

  /** The execution of this name when it has ended; undefined when there is none. */
  async ended(machine: string, name: string): Promise<Shape | undefined> {
    for (const giveUpAt = Date.now() + patienceMs; Date.now() < giveUpAt; await sleep(5)) {
      const found = (await this.executions(machine)).find((each) => each.name === name);
      if (found === undefined) {
        await this.settled();
        if (!(await this.executions(machine)).some((each) => each.name === name)) return undefined;
      } else if (found.status !== "RUNNING") {
        return this.call("states", "DescribeExecution", { executionArn: found.executionArn });
      }
    }
    throw new Error(`${name} hangs`);
  }
}
