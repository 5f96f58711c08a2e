import type { Person } from "../../cli/permissions/policies.js";
import { Caller } from "./caller.js";
import { mends, type PersonRun, type Prepared, personRuns, prepare } from "./people-runs.js";
import { grantsOf, openPeople, type PeopleOptions, roleOf } from "./people-world.js";
import type { Grant } from "./withholding.js";
import type { World } from "./world.js";

/** Commands that are this quick are also tried without an action that they do not ask for. */
const quickMs = 1000;

interface Recorded {
  readonly name: string;
  readonly run: PersonRun;
  readonly milliseconds: number;
  readonly asked: ReadonlySet<string>;
}

export interface PersonVerdict {
  /** The command that failed without it, or the last that was tried. */
  readonly run: string;
  readonly wrong: string | undefined;
}

const isDenied = (decisions: ReturnType<World["takeDecisions"]>, grant: Grant) =>
  decisions.some(({ action, isAllowed }) => !isAllowed && action === grant.action);

/** An account with people in it, each of whom has exactly the policy that `sluice permissions` prints. */
export class PeopleProof {
  readonly #world: World;
  readonly #prepared: Prepared;
  readonly #recorded = new Map<Person, readonly Recorded[]>();

  private constructor(world: World, prepared: Prepared) {
    this.#world = world;
    this.#prepared = prepared;
  }

  static async open(options: PeopleOptions = {}): Promise<PeopleProof> {
    const world = await openPeople(options);
    try {
      return new PeopleProof(world, await prepare(world));
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  /** Runs the commands of a person, each of which must succeed with the policy as it is. */
  async record(person: Person, isMeant: (run: string) => boolean, say: (text: string) => void): Promise<void> {
    const recorded: Recorded[] = [];
    for (const [name, run] of Object.entries(personRuns[person]).filter(([name]) => isMeant(name))) {
      const began = Date.now();
      const { wrong, decisions } = await this.#try(person, run);
      if (wrong !== undefined) throw new Error(`${person}: ${name}: without taking anything away: ${wrong}`);
      const milliseconds = Date.now() - began;
      const asked = new Set(decisions.filter(({ isAllowed }) => isAllowed).map(({ action }) => action));
      say(`${person}: ${name}: ${milliseconds} ms, ${asked.size} actions asked for`);
      recorded.push({ name, run, milliseconds, asked });
    }
    this.#recorded.set(
      person,
      recorded.sort((a, b) => a.milliseconds - b.milliseconds),
    );
  }

  /** The actions of a person's policy, by statement. */
  grants = (person: Person): readonly Grant[] => grantsOf(this.#world, person);

  isUsed = (person: Person, { action }: Grant): boolean =>
    (this.#recorded.get(person) ?? []).some(({ asked }) => asked.has(action));

  /**
   * Takes an action out of one statement. A command that asked for it must be denied it and fail, and those that did not ask
   * must succeed as before; one that asks for it of other resources only does, too.
   */
  async withhold(person: Person, grant: Grant): Promise<PersonVerdict> {
    const recorded = this.#recorded.get(person) ?? [];
    const others = recorded.filter(({ asked, milliseconds }) => !asked.has(grant.action) && milliseconds < quickMs);
    this.#world.withholding.withhold(grant);
    try {
      for (const { name, run } of others) {
        const { wrong, decisions } = await this.#try(person, run);
        // There is more to read by now than when it was recorded.
        if (wrong !== undefined && !isDenied(decisions, grant))
          return { run: name, wrong: `it does not ask for it, and failed: ${wrong}` };
      }
      return await this.#firstThatFails(
        person,
        grant,
        recorded.filter(({ asked }) => asked.has(grant.action)),
      );
    } finally {
      this.#world.withholding.withhold(undefined);
      // What a command that failed has not put back.
      await mends[person]?.(this.#world, new Caller(this.#world, person), this.#prepared);
    }
  }

  async #firstThatFails(person: Person, grant: Grant, asking: readonly Recorded[]): Promise<PersonVerdict> {
    let verdict: PersonVerdict = { run: "", wrong: "no command asks for it" };
    for (const { name, run } of asking) {
      const { wrong, decisions } = await this.#try(person, run);
      const wasDenied = isDenied(decisions, grant);
      if (wasDenied && wrong !== undefined) return { run: name, wrong: undefined };
      const problem = wasDenied ? "a call was denied, and the command succeeded all the same" : wrong;
      verdict = { run: name, wrong: problem ?? "no call was denied" };
    }
    return verdict;
  }

  async #try(person: Person, run: PersonRun) {
    const world = this.#world;
    world.takeDecisions();
    let wrong: string | undefined;
    try {
      wrong = await run(world, new Caller(world, person), this.#prepared);
    } catch (error) {
      wrong = String(error);
    }
    await world.settled();
    return { wrong, decisions: world.takeDecisions().filter(({ role }) => role === roleOf(person)) };
  }

  close = () => this.#world.close();
}
