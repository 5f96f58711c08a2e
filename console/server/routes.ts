import { z } from "zod";
import { BackfillRequest, BackfillStart, RerunRequest } from "../model/api.js";
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

export type Route = (backend: ConsoleBackend, asked: Asked, changes: Changes) => Promise<unknown>;

const Since = z.coerce.number().int().min(0);
const Place = z.object({ dataset: z.string().min(1), partition: z.string().min(1) });
const Execution = z.object({ execution: z.string().min(1) });

/** `<method> <path>` → what is answered as JSON. @throws RequestWrong */
export const routes: Readonly<Record<string, Route>> = {
  "GET /api/overview": async (backend, { query }, changes) =>
    changes.answer(await backend.overview(), read(Since, query.get("since") ?? 0)),
  "GET /api/attempts": async (backend, { query }) => {
    const { dataset, partition } = read(Place, Object.fromEntries(query));
    return backend.attempts(dataset, partition);
  },
  "GET /api/run": async (backend, { query }) => backend.run(read(Execution, Object.fromEntries(query)).execution),
  "GET /api/rejects": async (backend, { query }) => {
    const { dataset, partition } = read(Place, Object.fromEntries(query));
    return backend.rejects(dataset, partition, query.get("batch"));
  },
  "POST /api/rerun/plan": async (backend, { body }) => backend.planRerun(read(RerunRequest, body)),
  "POST /api/rerun": async (backend, { body }) => backend.rerun(read(RerunRequest, body)),
  "POST /api/backfill/plan": async (backend, { body }) => backend.planBackfill(read(BackfillRequest, body)),
  "POST /api/backfill": async (backend, { body }) => {
    await backend.startBackfill(read(BackfillStart, body).id);
    return { started: true };
  },
};
