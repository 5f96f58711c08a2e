/**
 * A small automaton over characters: whether some key fits a path, whether one could fit two, and which. It is built beside
 * the regular expression of the same path (path.ts), since an expression cannot be asked what two of them have in common.
 */

/** A set of characters: those named, or all but those named. */
export type CharacterSet = { readonly only: string } | { readonly except: string };

/** What an automaton reads, in the manner of a regular expression. */
export type Pattern =
  | { readonly kind: "set"; readonly set: CharacterSet }
  | { readonly kind: "sequence"; readonly parts: readonly Pattern[] }
  | { readonly kind: "choice"; readonly parts: readonly Pattern[] }
  | { readonly kind: "repeat"; readonly part: Pattern };

export const oneOf = (only: string): Pattern => ({ kind: "set", set: { only } });
export const noneOf = (except: string): Pattern => ({ kind: "set", set: { except } });
export const sequence = (...parts: readonly Pattern[]): Pattern => ({ kind: "sequence", parts });
export const choice = (...parts: readonly Pattern[]): Pattern => ({ kind: "choice", parts });
export const repeat = (part: Pattern): Pattern => ({ kind: "repeat", part });
export const text = (characters: string): Pattern => sequence(...[...characters].map(oneOf));
export const anything: Pattern = repeat(noneOf(""));

interface State {
  readonly steps: { readonly set: CharacterSet; readonly to: number }[];
  readonly free: number[];
}

export class Automaton {
  readonly #states: State[] = [{ steps: [], free: [] }];
  readonly #end: number;
  readonly #start: ReadonlySet<number>;

  constructor(pattern: Pattern) {
    this.#end = this.#add(pattern, 0);
    this.#start = this.#closure([0]);
  }

  /** @returns the state behind the pattern, begun in a state. */
  #add(pattern: Pattern, from: number): number {
    switch (pattern.kind) {
      case "set": {
        const to = this.#state();
        this.#states[from]?.steps.push({ set: pattern.set, to });
        return to;
      }
      case "sequence":
        return pattern.parts.reduce((at, part) => this.#add(part, at), from);
      case "choice": {
        const end = this.#state();
        for (const part of pattern.parts) this.#states[this.#add(part, from)]?.free.push(end);
        return end;
      }
      case "repeat": {
        const begin = this.#state();
        this.#states[from]?.free.push(begin);
        this.#states[this.#add(pattern.part, begin)]?.free.push(begin);
        const end = this.#state();
        this.#states[begin]?.free.push(end);
        return end;
      }
    }
  }

  #state(): number {
    return this.#states.push({ steps: [], free: [] }) - 1;
  }

  #closure(states: readonly number[]): ReadonlySet<number> {
    const found = new Set(states);
    for (const state of found) for (const next of this.#states[state]?.free ?? []) found.add(next);
    return found;
  }

  #after(states: ReadonlySet<number>, character: string): ReadonlySet<number> {
    const next = [...states].flatMap((state) =>
      (this.#states[state]?.steps ?? []).flatMap(({ set, to }) => (holds(set, character) ? [to] : [])),
    );
    return this.#closure(next);
  }

  /** Whether some text that begins with this one fits: every state leads to the end. */
  canBegin(prefix: string): boolean {
    let states = this.#start;
    for (const character of prefix) {
      states = this.#after(states, character);
      if (states.size === 0) return false;
    }
    return true;
  }

  fits(whole: string): boolean {
    let states = this.#start;
    for (const character of whole) states = this.#after(states, character);
    return states.has(this.#end);
  }

  /** One of the shortest texts that fit both. @returns undefined when there is none. */
  common(other: Automaton): string | undefined {
    const alphabet = alphabetOf(this.#characters() + other.#characters());
    const seen = new Set<string>();
    let front = [{ read: "", mine: this.#start, theirs: other.#start }];
    while (front.length > 0) {
      const next: typeof front = [];
      for (const { read, mine, theirs } of front) {
        if (mine.has(this.#end) && theirs.has(other.#end)) return read;
        for (const character of alphabet) {
          const step = {
            read: read + character,
            mine: this.#after(mine, character),
            theirs: other.#after(theirs, character),
          };
          if (step.mine.size === 0 || step.theirs.size === 0) continue;
          const name = `${[...step.mine].join()}|${[...step.theirs].join()}`;
          if (seen.has(name)) continue;
          seen.add(name);
          next.push(step);
        }
      }
      front = next;
    }
    return undefined;
  }

  #characters(): string {
    return this.#states
      .flatMap(({ steps }) => steps.map(({ set }) => ("only" in set ? set.only : set.except)))
      .join("");
  }
}

const holds = (set: CharacterSet, character: string) =>
  "only" in set ? set.only.includes(character) : !set.except.includes(character);

/** Every character that some set names, and two that none does: what they tell apart, nothing else can. */
function alphabetOf(named: string): readonly string[] {
  const others = [..."xyzabcdefghijklmnopqrstuvw"].filter((letter) => !named.includes(letter)).slice(0, 1);
  return [...others, ...new Set(named)];
}
