import { join } from "node:path";
import { z } from "zod";
import type { Account, ServiceBody } from "../call/call.js";
import type { DeliveryQueue } from "../persistence/delivery-queue.js";
import { readJsonFile, writeFileWhole } from "../persistence/files.js";
import { createCalls } from "./calls.js";
import { readExpression, type Times } from "./expression.js";
import { type Schedule, schedulesOf } from "./schedules.js";

/** By ARN: when the schedule was made, and the last planned time that was handed to the calls; ms since 1970. */
const Planned = z.record(z.string(), z.object({ createdAt: z.number(), last: z.number() }));

export interface SchedulerService extends ServiceBody {
  /** Waits until every call that is due has been handed to its target. */
  settled(): Promise<void>;
  isBusy(): boolean;
}

/** EventBridge Scheduler: the schedules of the templates, on the account's clock. It has no operations of its own. */
export function createSchedulerService(account: Account): SchedulerService {
  const schedules = schedulesOf(account);
  const calls = createCalls(account, schedules);
  const planner = new Planner(account, calls, schedules);
  return {
    service: "scheduler",
    operations: {},
    settled: () => calls.settled(),
    isBusy: () => calls.isBusy(),
    async start() {
      calls.start();
      planner.start();
    },
    async stop() {
      await planner.stop();
      await calls.stop();
    },
  };
}

/** Turns planned times into calls, each at least once. */
class Planner {
  readonly #account: Account;
  readonly #calls: DeliveryQueue<{ schedule: string; planned: number }>;
  readonly #schedules: readonly Schedule[];
  readonly #file: string;
  readonly #stopping = new AbortController();
  readonly #planned: z.infer<typeof Planned>;
  #running: readonly Promise<void>[] = [];

  constructor(
    account: Account,
    calls: DeliveryQueue<{ schedule: string; planned: number }>,
    schedules: readonly Schedule[],
  ) {
    this.#account = account;
    this.#calls = calls;
    this.#schedules = schedules;
    this.#file = join(account.stateFolder, "scheduler", "planned.json");
    this.#planned = Planned.parse(readJsonFile(this.#file) ?? {});
  }

  start(): void {
    const now = this.#account.clock.now();
    for (const { arn } of this.#schedules) this.#planned[arn] ??= { createdAt: now, last: now - 1 };
    if (this.#schedules.length > 0) this.#write();
    this.#running = this.#schedules
      .filter(({ isEnabled }) => isEnabled)
      .map((schedule) => this.#run(schedule).catch((error: unknown) => this.#ended(error)));
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("the local account is closing"));
    await Promise.allSettled(this.#running);
  }

  async #run(schedule: Schedule): Promise<void> {
    const { clock } = this.#account;
    const memory = this.#planned[schedule.arn] ?? { createdAt: clock.now(), last: clock.now() };
    const times = within(schedule, readExpression(schedule.expression, schedule.timezone, memory.createdAt));
    // What was missed while the account was closed is made up for, as far as it is not too old to be called (G4).
    const oldest = clock.now() - schedule.target.RetryPolicy.MaximumEventAgeInSeconds * 1000;
    let last = Math.max(memory.last, oldest);
    for (;;) {
      const next = times.next(last);
      if (next === undefined) return;
      if (next > clock.now()) await clock.sleep(next - clock.now(), this.#stopping.signal);
      this.#stopping.signal.throwIfAborted();
      // In this order: a kill in between makes the call twice, and never not at all (G7).
      this.#calls.push({ schedule: schedule.arn, planned: next }, `${schedule.arn} ${next}`);
      last = next;
      this.#planned[schedule.arn] = { createdAt: memory.createdAt, last };
      this.#write();
    }
  }

  #write(): void {
    writeFileWhole(this.#file, JSON.stringify(this.#planned));
  }

  #ended(error: unknown): void {
    if (!this.#stopping.signal.aborted) this.#account.report?.(error);
  }
}

/** Only what lies between the schedule's StartDate and EndDate. */
function within({ notBefore, notAfter }: Schedule, times: Times): Times {
  return {
    next(after) {
      const next = times.next(Math.max(after, notBefore - 1));
      return next === undefined || next > notAfter ? undefined : next;
    },
  };
}
