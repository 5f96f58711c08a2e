import { MatrixAccount } from "./matrix-account.js";
import { type CallKind, callKinds, type Intervention, type Site } from "./seam.js";
import { canBeMet, type Sabotage, sabotages, specials } from "./special.js";
import { type Loaded, Subject } from "./trial.js";
import { type Variant, variants } from "./variants.js";

/** One run with one fault. */
export type Trial = { readonly dataset: string } & (
  | { readonly kind: CallKind; readonly site: Site }
  | { readonly special: string }
);

export interface Verdict {
  readonly trial: Trial;
  /** What was wrong; undefined when the batch ended as it must. */
  readonly wrong: string | undefined;
  readonly hasStruck: boolean;
  readonly loaded: Loaded | undefined;
}

export const describe = (trial: Trial): string => {
  if ("special" in trial) return `${trial.dataset}: ${trial.special}`;
  const { service, operation, caller, nth } = trial.site;
  return `${trial.dataset}: ${trial.kind} at ${service}:${operation} by ${caller}, no. ${nth + 1}`;
};

export const kindOf = (trial: Trial): string => ("special" in trial ? trial.special : trial.kind);

/** The account of a matrix with its subjects, each with its clean run. */
export class Matrix {
  readonly #account: MatrixAccount;
  readonly #subjects: ReadonlyMap<string, Subject>;
  #recorded: ReadonlyMap<string, readonly Site[]> = new Map();

  private constructor(account: MatrixAccount, subjects: ReadonlyMap<string, Subject>) {
    this.#account = account;
    this.#subjects = subjects;
  }

  /** Opens the account and loads the first batch of each dataset.
   * @throws Error when a load without any fault is wrong */
  static async open(
    options: { readonly datasets?: readonly Variant[]; readonly isReal?: boolean } = {},
  ): Promise<Matrix> {
    const { datasets = variants, isReal = false } = options;
    const account = await MatrixAccount.open(datasets, isReal);
    try {
      const subjects = new Map(datasets.map((variant) => [variant.dataset, new Subject(account, variant)]));
      for (const [dataset, subject] of subjects) {
        const difference = await subject.prepare();
        if (difference !== undefined) throw new Error(`${dataset}: the first batch is wrong: ${difference}`);
      }
      return new Matrix(account, subjects);
    } catch (error) {
      await account.close();
      throw error;
    }
  }

  close = () => this.#account.close();

  /** The clean run of each dataset: every call of it. @throws Error when it is wrong */
  async record(): Promise<ReadonlyMap<string, readonly Site[]>> {
    const recorded = new Map<string, readonly Site[]>();
    for (const [dataset, subject] of this.#subjects) {
      await subject.reset();
      this.#account.seam.arm({});
      const loaded = await subject.load();
      await this.#account.settled();
      recorded.set(dataset, this.#account.seam.disarm());
      const wrong = (await subject.difference(loaded)) ?? (await subject.countsDiffer(loaded));
      if (wrong !== undefined) throw new Error(`${dataset}: the clean run is wrong: ${wrong}`);
    }
    this.#recorded = recorded;
    return recorded;
  }

  /** Every trial there is. */
  trials(): readonly Trial[] {
    return [...this.#recorded].flatMap(([dataset, sites]) => [
      ...sites.flatMap((site) => callKinds.map((kind): Trial => ({ dataset, kind, site }))),
      ...Object.keys(specials)
        .filter((special) => canBeMet(special, operationsOf(sites)))
        .map((special): Trial => ({ dataset, special })),
    ]);
  }

  /** @param sabotage what is taken out for this run, to prove that its absence is found */
  async run(trial: Trial, sabotage?: Sabotage): Promise<Verdict> {
    const subject = this.#subjects.get(trial.dataset);
    if (subject === undefined) throw new TypeError(`no dataset ${trial.dataset}`);
    const account = this.#account;
    const special = "special" in trial ? specials[trial.special] : undefined;
    const arm = (own?: Intervention, site?: Trial) => {
      const intervene = this.#sabotaged(sabotage, own);
      account.seam.arm({
        ...(site !== undefined && "site" in site ? site : {}),
        ...(intervene === undefined ? {} : { intervene }),
      });
    };
    let loaded: Loaded | undefined;
    let wrong: string | undefined;
    let hasStruck = special !== undefined;
    try {
      await subject.reset();
      arm(special?.prepare(account), trial);
      loaded = await subject.load(undefined, async () => {
        // What was wrong has passed when somebody looks.
        hasStruck ||= account.seam.hasStruck;
        arm();
        await special?.restore?.(account);
      });
      await account.settled();
      wrong = (await subject.difference(loaded)) ?? (await subject.countsDiffer(loaded)) ?? eventIsLost(trial, loaded);
    } catch (error) {
      wrong = error instanceof Error ? error.message : String(error);
    }
    hasStruck ||= account.seam.hasStruck;
    account.seam.disarm();
    if (account.hasCrashed) await account.restart();
    await special?.restore?.(account);
    return { trial, wrong, hasStruck, loaded };
  }

  #sabotaged(sabotage: Sabotage | undefined, own: Intervention | undefined): Intervention | undefined {
    if (sabotage === undefined) return own;
    const act = sabotages[sabotage];
    return async (call, host) =>
      (await own?.(call, host)) ?? act(call, host, (other) => this.#account.seam.perform(other));
  }
}

/** The operations of a run; the Lambda that converts is called by convert-partition alone. */
const operationsOf = (sites: readonly Site[]): ReadonlySet<string> =>
  new Set(
    sites.map(({ operation, caller }) =>
      operation === "Invoke" && caller.endsWith("-convert-partition-role") ? "Invoke convert-batch" : operation,
    ),
  );

/** A process that dies must not take an event with it; what fails for long ends in the dead-letter queue. */
const eventIsLost = (trial: Trial, { isStartedByHand }: Loaded): string | undefined =>
  isStartedByHand && "kind" in trial && trial.kind !== "outage" ? "its event was lost: nothing started it" : undefined;

/** Each call × kind once over the datasets, by turns; all specials of every dataset. */
export function eachOnce(trials: readonly Trial[]): readonly Trial[] {
  const byCall = new Map<string, Trial[]>();
  for (const trial of trials) {
    const name =
      "site" in trial
        ? [trial.kind, trial.site.service, trial.site.operation, trial.site.caller, trial.site.nth].join(" ")
        : describe(trial);
    byCall.set(name, [...(byCall.get(name) ?? []), trial]);
  }
  return [...byCall.values()].flatMap((same, index) => same[index % same.length] ?? []);
}

/** A sample that the same seed gives again. */
export function sampleOf(trials: readonly Trial[], size: number, seed: number): readonly Trial[] {
  const random = randomFrom(seed);
  return trials
    .map((trial) => ({ trial, order: random() }))
    .sort((a, b) => a.order - b.order)
    .slice(0, size)
    .map(({ trial }) => trial);
}

/** Numbers from 0 to 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
