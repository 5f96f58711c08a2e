import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClients } from "../../cli/account/clients.js";
import { bootstrapStatements, runBootstrap } from "../../cli/bootstrap/bootstrap.js";
import { bucketName, sourceResource, stateMachineArn } from "../../contract/layout.js";
import { warehouseUsers } from "../../contract/own-schema.js";
import { readSoundProject, type SoundProject } from "../../contract/read.js";
import { synthesize } from "../../infra/synthesize.js";
import { type OpenAccount, openAccount } from "../../local/account.js";
import type { Shape } from "../../local/call/call.js";
import { VirtualClock } from "../../local/call/virtual-clock.js";
import { Seam } from "./seam.js";
import { type JobEnding, standInJob } from "./stand-in-job.js";
import { projectName, source, type Variant, variants, writeProject } from "./variants.js";

const accountId = "000000000000";
const region = "eu-central-1";

/** How long a run may take in real time; what takes longer hangs. Spark alone may need a minute to start. */
const patienceMs = { standIn: 120_000, real: 600_000 } as const;

/** Longer than S3 and Lambda need for their attempts at an event (F3.1), shorter than an event that comes late. */
const startPatienceMs = 900_000;

/** With schedules time goes on in steps, while somebody waits: by itself it would never stand still. */
const stepMs = 300_000;

/** When it begins there. Functions know the real time alone: by it these files came long ago, and are quiet at the next look. */
const past = Date.UTC(2026, 5, 1, 5, 30);

export interface Ended {
  readonly status: string;
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** A local account for trials: its own project and folder, a clock that jumps, every call through one seam. */
export class MatrixAccount {
  readonly seam: Seam;
  readonly project: SoundProject;
  readonly #folder: string;
  readonly #isReal: boolean;
  readonly #isTimed: boolean;
  #goesOn: Promise<void> | undefined;
  #account: OpenAccount;
  #closing: Promise<void> | undefined;
  #endings: JobEnding[] = [];

  private constructor(folder: string, project: SoundProject, isReal: boolean, account: OpenAccount, seam: Seam) {
    this.#isTimed = hasSchedules(project);
    this.#folder = folder;
    this.project = project;
    this.#isReal = isReal;
    this.#account = account;
    this.seam = seam;
  }

  /** @param isReal with the real Glue job on Spark instead of the stand-in */
  static async open(datasets: readonly Variant[] = variants, isReal = false): Promise<MatrixAccount> {
    const folder = mkdtempSync(join(tmpdir(), "sluice-faults-"));
    writeProject(folder, datasets);
    synthesize(folder, join(folder, "cdk.out"), { validate: false, wheels: false });
    const project = readSoundProject(folder);
    const self: { account?: MatrixAccount } = {};
    const seam = new Seam(() => self.account?.crash());
    const endings = () => self.account?.takeEnding();
    const opened = await open(
      folder,
      seam,
      isReal,
      endings,
      clockOf(project, hasSchedules(project) ? past : Date.now()),
    );
    const account = new MatrixAccount(folder, project, isReal, opened, seam);
    self.account = account;
    await account.#bootstrap();
    return account;
  }

  async #bootstrap(): Promise<void> {
    const { accessKeyId, secretAccessKey } = this.#account.credentials;
    const clients = createClients({
      region,
      local: { endpoint: this.#account.endpoint, accessKeyId, secretAccessKey },
    });
    const statements = await bootstrapStatements(clients, this.project.project, this.project.contracts);
    await runBootstrap(clients, this.project.project, statements, () => {});
  }

  get open(): OpenAccount {
    return this.#account;
  }

  /** What the next runs of the stand-in job come to. */
  endJobsWith(endings: readonly JobEnding[]): void {
    this.#endings = [...endings];
  }

  takeEnding(): JobEnding | undefined {
    return this.#endings.shift();
  }

  /** The process dies: whoever works stops where it stands. */
  crash(): void {
    this.#closing ??= this.#account.close();
  }

  get hasCrashed(): boolean {
    return this.#closing !== undefined;
  }

  /** A new process on the folder of the one that died. */
  async restart(): Promise<void> {
    await this.#closing;
    this.#closing = undefined;
    this.#goesOn = undefined;
    const endings = () => this.takeEnding();
    const clock = clockOf(this.project, this.#account.clock.now());
    this.#account = await open(this.#folder, this.seam, this.#isReal, endings, clock);
  }

  async close(): Promise<void> {
    await (this.#closing ?? this.#account.close());
    if (process.env.SLUICE_KEEP === undefined) rmSync(this.#folder, { recursive: true, force: true });
    else cpSync(this.#folder, process.env.SLUICE_KEEP, { recursive: true });
  }

  /** A call as the account's root user; never disturbed. */
  call(service: Parameters<OpenAccount["call"]>[0]["service"], operation: string, input: Shape): Promise<Shape> {
    return this.#account.call({ service, operation, input, principal: this.#account.root });
  }

  /** A read, made once more by a new process when the account dies meanwhile. */
  async read(...call: Parameters<MatrixAccount["call"]>): Promise<Shape> {
    try {
      return await this.call(...call);
    } catch (error) {
      if (!this.hasCrashed) throw error;
      await this.restart();
      return this.call(...call);
    }
  }

  bucket(kind: "landing" | "processed"): string {
    return bucketName(projectName, source, kind, accountId, region);
  }

  machine(): string {
    return stateMachineArn(region, accountId, sourceResource(projectName, source, "load-partition"));
  }

  executionArn(name: string): string {
    return `${this.machine().replace(":stateMachine:", ":execution:")}:${name}`;
  }

  async start(name: string, input: string): Promise<void> {
    await this.call("states", "StartExecution", { stateMachineArn: this.machine(), name, input });
  }

  async redrive(name: string): Promise<void> {
    await this.call("states", "RedriveExecution", { executionArn: this.executionArn(name) });
  }

  /** Waits until nothing is due. */
  async settled(): Promise<void> {
    const settling = { isOver: false };
    const work = this.#account.services.settled().finally(() => {
      settling.isOver = true;
    });
    for (; this.#isTimed && !settling.isOver && !this.hasCrashed; await sleep(5)) this.#goOn();
    if (!this.#isTimed || !this.hasCrashed) return work;
    void work.catch(() => undefined);
    await this.restart();
    return this.settled();
  }

  /** The next full hour has come. @returns it */
  async nextHour(): Promise<Date> {
    const hour = Math.floor(this.#account.clock.now() / 3_600_000 + 1) * 3_600_000;
    for (; this.#account.clock.now() < hour; await sleep(5)) {
      // A look for quiet partitions may have met the fault.
      if (this.hasCrashed) await this.restart();
      this.#goOn(hour);
    }
    await this.settled();
    return new Date(hour);
  }

  #goOn(time = this.#account.clock.now() + stepMs): void {
    const { clock } = this.#account;
    if (!this.#isTimed || !(clock instanceof VirtualClock)) return;
    this.#goesOn ??= clock.runTo(time).then(() => {
      this.#goesOn = undefined;
    });
  }

  /** Waits for the end of an execution, or for the crash.
   * @returns undefined when there is no such execution, also after the time in which an event would come again */
  async ended(name: string): Promise<Ended | "crashed" | undefined> {
    const patience = this.#isReal ? patienceMs.real : patienceMs.standIn;
    let waiting: { isOver: boolean } | undefined;
    for (const until = Date.now() + patience; Date.now() < until; ) {
      if (this.hasCrashed) return "crashed";
      const found = await this.#describe(name);
      if (found !== undefined && found.status !== "RUNNING") return found;
      this.#goOn();
      if (found === undefined && !this.hasCrashed) {
        waiting ??= this.#virtually(this.#isTimed ? 4 * startPatienceMs : startPatienceMs);
        if (waiting.isOver) {
          await this.settled();
          if ((await this.#describe(name)) === undefined && !this.hasCrashed) return undefined;
        }
      }
      await sleep(5);
    }
    throw new Error(`${name} hangs`);
  }

  /** Not to be waited for: the clock of an account that has crashed stands still. */
  #virtually(ms: number): { isOver: boolean } {
    const waiting = { isOver: false };
    void this.#account.clock.sleep(ms).then(() => {
      waiting.isOver = true;
    });
    return waiting;
  }

  async #describe(name: string): Promise<Ended | undefined> {
    const found = await this.call("states", "DescribeExecution", { executionArn: this.executionArn(name) }).catch(
      () => undefined,
    );
    if (found === undefined) return undefined;
    const text = (value: unknown) => (typeof value === "string" ? value : undefined);
    return {
      status: String(found.status),
      output: text(found.output),
      error: text(found.error),
      cause: text(found.cause),
    };
  }

  /** A transaction of the loading user that has read a dataset's table and stays open. @returns what ends it */
  async hold(dataset: string): Promise<() => Promise<void>> {
    const warehouse = await this.#account.services.redshift.warehouse(projectName);
    const session = await warehouse.session(warehouseUsers().loader);
    await session.begin();
    await session.run(`SELECT COUNT(*) FROM sales.${dataset}`);
    return () => session.close();
  }

  /** SQL past everything: what the matrix prepares and what it looks at. */
  async sql(text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const warehouse = await this.#account.services.redshift.warehouse(projectName);
    const client = await warehouse.system(warehouse.database);
    return (await client.query<Record<string, unknown>>(text)).rows;
  }
}

const hasSchedules = ({ contracts }: SoundProject) => contracts.some(({ arrival }) => arrival.kind === "quiet");
const clockOf = (project: SoundProject, now: number) => new VirtualClock(now, hasSchedules(project) ? now : undefined);

function open(
  folder: string,
  seam: Seam,
  isReal: boolean,
  ending: () => JobEnding | undefined,
  clock: VirtualClock,
): Promise<OpenAccount> {
  const glue = isReal
    ? {}
    : { runner: (account: Parameters<typeof standInJob>[0]) => standInJob(account, ending, () => seam.isDead) };
  return openAccount({
    assemblyFolder: join(folder, "cdk.out"),
    stateFolder: join(folder, ".sluice"),
    clock,
    faults: seam,
    python: ".venv",
    glue,
  }).then((account) => {
    seam.attach(account);
    return account;
  });
}
