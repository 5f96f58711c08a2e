import { randomUUID } from "node:crypto";
import type { BackfillJob, BackfillPlan, BackfillRequest } from "../../console/model/api.js";
import { NotThere } from "../../console/server/backend.js";
import type { Session } from "../account/session.js";
import { type Backfill, backfill, planBackfill } from "../loads/backfill.js";

const keptPlans = 20;

/** How backfills are planned and carried out. */
export interface BackfillWork {
  readonly planBackfill: typeof planBackfill;
  readonly backfill: typeof backfill;
}

/** The backfills of one console: plans by their id, and what was begun. */
export class Backfills {
  readonly #session: Session;
  readonly #work: BackfillWork;
  readonly #plans = new Map<string, { readonly request: BackfillRequest; readonly plan: Backfill }>();
  #jobs: readonly BackfillJob[] = [];

  constructor(session: Session, work: BackfillWork = { planBackfill, backfill }) {
    this.#session = session;
    this.#work = work;
  }

  get jobs(): readonly BackfillJob[] {
    return this.#jobs;
  }

  /** @throws UsageWrong */
  async plan(request: BackfillRequest, now: Date): Promise<BackfillPlan> {
    const plan = await this.#work.planBackfill(this.#session, request, now);
    const id = randomUUID();
    this.#plans.set(id, { request, plan });
    const [oldest] = this.#plans.keys();
    if (this.#plans.size > keptPlans && oldest !== undefined) this.#plans.delete(oldest);
    return {
      id,
      partitions: plan.partitions,
      found: plan.found,
      due: plan.due.map(({ partition }) => partition),
      unsettled: [...plan.unsettled],
    };
  }

  /** Loads what was planned, one after the other, beside everything else. A plan is begun once. @throws NotThere */
  start(id: string): void {
    const planned = this.#plans.get(id);
    if (planned === undefined) {
      throw new NotThere("This plan was already started, or has expired. Plan the backfill again.");
    }
    this.#plans.delete(id);
    const { request, plan } = planned;
    const { dataset, from, to } = request;
    let job: BackfillJob = { dataset, from, to, due: plan.due.length, done: 0, line: "", isRunning: true };
    const change = (news: Partial<BackfillJob>) => {
      const next = { ...job, ...news };
      this.#jobs = this.#jobs.map((known) => (known === job ? next : known));
      job = next;
    };
    this.#jobs = [job, ...this.#jobs];
    this.#work
      .backfill(this.#session, plan, (line) => change({ done: job.done + 1, line }))
      .then(
        () => change({ isRunning: false }),
        (error: unknown) =>
          change({ isRunning: false, line: `broken off: ${error instanceof Error ? error.message : error}` }),
      );
  }
}
