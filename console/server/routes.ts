import { z } from "zod";
import {
  BackfillRequest,
  BackfillStart,
  PauseRequest,
  RerunRequest,
  ResumeRequest,
  type Row,
  type ScheduleState,
} from "../model/api.js";
import { LoadFilter, mostListed, type Summary } from "../model/overview.js";
import type { ConsoleBackend } from "./backend.js";
import type { Changes } from "./changes.js";

export interface Asked {
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** The request itself is wrong. */
export class RequestWrong extends Error {
  override readonly name = "RequestWrong";
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new RequestWrong(z.prettifyError(parsed.error));
  return parsed.data;
}

/** What every page was told of the overview's rows, and of the map's. */
export interface Told {
  readonly summaries: Changes<Summary>;
  readonly cells: Changes<Row>;
}

export type Route = (backend: ConsoleBackend, asked: Asked, told: Told) => Promise<unknown>;

const Since = z.coerce.number().int().min(0);
const sinceOf = ({ query }: Asked) => read(Since, query.get("since") ?? 0);
/** A page asks for the datasets that are seen. */
const mostTrends = 60;
const Count = z.coerce.number().int().min(1).max(mostListed);
const Names = z.array(z.string().min(1)).max(mostTrends);
const Place = z.object({ dataset: z.string().min(1), partition: z.string().min(1) });
const StatePlace = z.object({ arn: z.string().min(1), state: z.string().min(1) });
const Submitted = z.object({ dataset: z.string().min(1), since: z.iso.datetime() });
const Name = z.string().min(1);
const Execution = z.object({ execution: z.string().min(1) });

/** `<method> <path>` → what is answered as JSON. @throws RequestWrong */
export const routes: Readonly<Record<string, Route>> = {
  "GET /api/overview": async (backend, asked, { summaries }) => {
    const overview = await backend.overview();
    return { ...overview, ...summaries.answer(overview.rows, sinceOf(asked)) };
  },
  "GET /api/map": async (backend, asked, { cells }) => cells.answer(await backend.map(), sinceOf(asked)),
  "GET /api/trends": async (backend, { query }) => backend.trends(read(Names, query.getAll("dataset"))),
  "GET /api/dataset": async (backend, { query }) => backend.dataset(read(Name, query.get("dataset"))),
  "GET /api/rows": async (backend, { query }) => backend.rowCount(read(Name, query.get("dataset"))),
  "GET /api/newest": async (backend, { query }) => {
    const named = (name: string) => query.get(name);
    const text = query.get("text") ?? "";
    const narrowed = {
      dataset: named("dataset"),
      source: named("source"),
      owner: named("owner"),
      state: named("state"),
    };
    return backend.newest(read(LoadFilter, { ...narrowed, text }), read(Count, query.get("count")));
  },
  "GET /api/search": async (backend, { query }) => backend.search((query.get("text") ?? "").trim()),
  "GET /api/attempts": async (backend, { query }) => {
    const { dataset, partition } = read(Place, Object.fromEntries(query));
    return backend.attempts(dataset, partition);
  },
  "GET /api/run": async (backend, { query }) => backend.run(read(Execution, Object.fromEntries(query)).execution),
  "GET /api/state": async (backend, { query }) => {
    const { arn, state } = read(StatePlace, Object.fromEntries(query));
    return backend.state(arn, state);
  },
  "GET /api/lock-wait": async (backend, { query }) => {
    const { dataset, since } = read(Submitted, Object.fromEntries(query));
    return backend.lockWait(dataset, since);
  },
  "GET /api/rejects": async (backend, { query }) => {
    const { dataset, partition } = read(Place, Object.fromEntries(query));
    return backend.rejects(dataset, partition, query.get("execution"));
  },
  "POST /api/rerun/plan": async (backend, { body }) => backend.planRerun(read(RerunRequest, body)),
  "POST /api/rerun": async (backend, { body }) => backend.rerun(read(RerunRequest, body)),
  "POST /api/backfill/plan": async (backend, { body }) => backend.planBackfill(read(BackfillRequest, body)),
  "POST /api/backfill": async (backend, { body }) => {
    await backend.startBackfill(read(BackfillStart, body).id);
    return { started: true };
  },
  "POST /api/schedule/pause": async (backend, { body }): Promise<ScheduleState> => ({
    pause: await backend.pauseSchedule(read(PauseRequest, body)),
  }),
  "POST /api/schedule/resume": async (backend, { body }): Promise<ScheduleState> => {
    await backend.resumeSchedule(read(ResumeRequest, body).dataset);
    return { pause: null };
  },
};
