import { isDeepStrictEqual } from "node:util";
import { byQuiet, variants } from "../faults/variants.js";
import type { MinimalRun } from "./delivered.js";
import { hashed, minimalRuns } from "./minimal-runs.js";
import { timedRuns, timing } from "./timed-runs.js";
import { type Grant, textOf } from "./withholding.js";
import { World } from "./world.js";

/** A permission that a run was seen to use. */
export interface Use {
  readonly grant: Grant;
  /** The runs that used it, the cheapest first. */
  readonly runs: readonly string[];
}

export interface Verdict {
  /** The last run that was tried. */
  readonly run: string;
  /** Undefined when that run without the permission ended in AccessDenied. */
  readonly wrong: string | undefined;
}

type Runs = Readonly<Record<string, MinimalRun>>;

/** An account with its minimal runs, each of which was seen to succeed. */
export class Proof {
  readonly granted: readonly Grant[];
  readonly uses: readonly Use[];
  readonly #world: World;
  readonly #runs: Runs;

  private constructor(world: World, runs: Runs, uses: readonly Use[]) {
    this.#world = world;
    this.#runs = runs;
    this.granted = world.withholding.granted;
    this.uses = uses;
  }

  static async ofLoads(say: (text: string) => void): Promise<Proof> {
    return Proof.#record(await World.open({ datasets: [...variants, ...hashed], start: Date.now() }), minimalRuns, say);
  }

  static async ofSchedules(say: (text: string) => void): Promise<Proof> {
    const datasets = [...variants.filter(({ dataset }) => dataset === "appended"), byQuiet];
    const start = Date.UTC(2026, 5, 1, 5, 30);
    return Proof.#record(await World.open({ datasets, more: timing, start, limit: start }), timedRuns, say);
  }

  static async #record(world: World, runs: Runs, say: (text: string) => void): Promise<Proof> {
    interface Seen {
      readonly grant: Grant;
      readonly runs: { run: string; milliseconds: number }[];
    }
    const uses = new Map<string, Seen>();
    try {
      for (const [run, perform] of Object.entries(runs)) {
        world.takeDecisions();
        const began = Date.now();
        const wrong = await perform(world);
        const milliseconds = Date.now() - began;
        if (wrong !== undefined) throw new Error(`${run}: without taking anything away: ${wrong}`);
        const decisions = world.takeDecisions();
        say(`${run}: ${milliseconds} ms, ${decisions.length} permissions asked for`);
        for (const { role, action } of decisions.filter(({ isAllowed }) => isAllowed)) {
          const grant = { role, action };
          const use: Seen = uses.get(textOf(grant)) ?? { grant, runs: [] };
          if (use.runs.at(-1)?.run !== run) use.runs.push({ run, milliseconds });
          uses.set(textOf(grant), use);
        }
      }
    } catch (error) {
      await world.close();
      throw error;
    }
    const isGranted = ({ grant }: Use) => world.withholding.granted.some((each) => isDeepStrictEqual(each, grant));
    const cheapestFirst = [...uses.values()].map(({ grant, runs }) => ({
      grant,
      runs: runs.sort((a, b) => a.milliseconds - b.milliseconds).map(({ run }) => run),
    }));
    return new Proof(world, runs, cheapestFirst.filter(isGranted));
  }

  /** Takes one permission away, and looks whether a run that used it ends in AccessDenied. A run may do without what it
   * asks for: then the next is tried. */
  async withhold({ grant, runs }: Use): Promise<Verdict> {
    let verdict: Verdict = { run: "", wrong: "no run uses it" };
    for (const run of runs) {
      verdict = { run, wrong: await this.#problem(grant, run) };
      if (verdict.wrong === undefined) return verdict;
    }
    return verdict;
  }

  async #problem(grant: Grant, run: string): Promise<string | undefined> {
    const world = this.#world;
    world.takeDecisions();
    world.withholding.withhold(grant);
    let missing: string | undefined;
    try {
      missing = await this.#runs[run]?.(world);
    } catch (error) {
      missing = String(error);
    } finally {
      world.withholding.withhold(undefined);
    }
    const isDenied = world
      .takeDecisions()
      .some(({ role, action, isAllowed }) => !isAllowed && role === grant.role && action === grant.action);
    if (!isDenied) return "no call was denied";
    return missing === undefined ? "a call was denied, and the run succeeded all the same" : undefined;
  }

  close = () => this.#world.close();
}
