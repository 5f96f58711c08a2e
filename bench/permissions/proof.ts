import { isDeepStrictEqual } from "node:util";
import { variants } from "../faults/variants.js";
import { type MinimalRun, minimalRuns, timedRuns, timing } from "./minimal-runs.js";
import { type Grant, textOf } from "./withholding.js";
import { World } from "./world.js";

/** A permission that a run was seen to use. */
export interface Use {
  readonly grant: Grant;
  /** The cheapest run that used it. */
  readonly run: string;
}

export interface Verdict extends Use {
  /** Undefined when the run without it ended in AccessDenied. */
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
    return Proof.#record(await World.open({ datasets: variants, start: Date.now() }), minimalRuns, say);
  }

  static async ofSchedules(say: (text: string) => void): Promise<Proof> {
    const datasets = variants.filter(({ dataset }) => dataset === "appended");
    const start = Date.UTC(2026, 5, 1, 5, 30);
    return Proof.#record(await World.open({ datasets, more: timing, start, limit: start }), timedRuns, say);
  }

  static async #record(world: World, runs: Runs, say: (text: string) => void): Promise<Proof> {
    const uses = new Map<string, Use & { readonly milliseconds: number }>();
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
          const known = uses.get(textOf(grant));
          if (known === undefined || known.milliseconds > milliseconds)
            uses.set(textOf(grant), { grant, run, milliseconds });
        }
      }
    } catch (error) {
      await world.close();
      throw error;
    }
    const isGranted = ({ grant }: Use) => world.withholding.granted.some((each) => isDeepStrictEqual(each, grant));
    return new Proof(world, runs, [...uses.values()].filter(isGranted));
  }

  /** Takes one permission away, and looks whether its run ends in AccessDenied. */
  async withhold({ grant, run }: Use): Promise<Verdict> {
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
    if (!isDenied) return { grant, run, wrong: "no call was denied" };
    if (missing === undefined) return { grant, run, wrong: "a call was denied, and the run succeeded all the same" };
    return { grant, run, wrong: undefined };
  }

  close = () => this.#world.close();
}
