import { z } from "zod";
import { readJsonFile, writeFileWhole } from "../../persistence/files.js";

const Tag = z.object({ Key: z.string(), Value: z.string().default("") });

const Snapshot = z.object({
  identifier: z.string(),
  cluster: z.string(),
  createdAt: z.number(),
  retentionDays: z.number(),
  tags: z.array(Tag),
});
export type Snapshot = z.infer<typeof Snapshot>;

const Schedule = z.object({
  identifier: z.string(),
  definitions: z.array(z.string()),
  description: z.string().optional(),
  clusters: z.array(z.string()),
  tags: z.array(Tag),
});
export type Schedule = z.infer<typeof Schedule>;

const State = z.object({ snapshots: z.array(Snapshot), schedules: z.array(Schedule), paused: z.array(z.string()) });
type State = z.infer<typeof State>;

/** Snapshots, schedules and paused clusters, in one file. */
export class ClusterState {
  readonly #path: string;
  #state: State;

  constructor(path: string) {
    this.#path = path;
    const stored = readJsonFile(path);
    this.#state = stored === undefined ? { snapshots: [], schedules: [], paused: [] } : State.parse(stored);
  }

  get snapshots(): readonly Snapshot[] {
    return this.#state.snapshots;
  }

  get schedules(): readonly Schedule[] {
    return this.#state.schedules;
  }

  isPaused(cluster: string): boolean {
    return this.#state.paused.includes(cluster);
  }

  setPaused(cluster: string, isPaused: boolean): void {
    const others = this.#state.paused.filter((each) => each !== cluster);
    this.#save({ ...this.#state, paused: isPaused ? [...others, cluster] : others });
  }

  addSnapshot(snapshot: Snapshot): void {
    this.#save({ ...this.#state, snapshots: [...this.#state.snapshots, snapshot] });
  }

  removeSnapshot(identifier: string): void {
    this.#save({ ...this.#state, snapshots: this.#state.snapshots.filter((each) => each.identifier !== identifier) });
  }

  putSchedule(schedule: Schedule): void {
    const others = this.#state.schedules.filter((each) => each.identifier !== schedule.identifier);
    this.#save({ ...this.#state, schedules: [...others, schedule] });
  }

  removeSchedule(identifier: string): void {
    this.#save({ ...this.#state, schedules: this.#state.schedules.filter((each) => each.identifier !== identifier) });
  }

  #save(state: State): void {
    this.#state = state;
    writeFileWhole(this.#path, JSON.stringify(state));
  }
}
