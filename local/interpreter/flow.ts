import { type Block, blocksOf, isCatching, type State } from "./definition.js";
import type { Finding } from "./findings.js";

/** Findings about the way through the states: targets that are missing, states that nobody reaches, names used twice,
 * variables that an inner block takes from an outer one (A5.11). */
export function flowFindings(block: Block, unread: ReadonlySet<string>): readonly Finding[] {
  return [...blockFindings(block, "", new Set(), { names: new Map(), unread })];
}

interface Seen {
  /** Where each state name was used. */
  readonly names: Map<string, string>;
  /** States that are there and could not be read. */
  readonly unread: ReadonlySet<string>;
}

/** Where a state can lead. */
export function targetsOf(state: State): readonly { readonly field: string; readonly target: string }[] {
  const targets: { field: string; target: string }[] = [];
  if ("next" in state && state.next !== undefined) targets.push({ field: "Next", target: state.next });
  if (state.type === "Choice") {
    targets.push(...state.choices.map(({ next }, index) => ({ field: `Choices[${index}]/Next`, target: next })));
    if (state.default !== undefined) targets.push({ field: "Default", target: state.default });
  }
  if (isCatching(state)) {
    targets.push(...state.catch.map(({ next }, index) => ({ field: `Catch[${index}]/Next`, target: next })));
  }
  return targets;
}

function* blockFindings(
  block: Block,
  path: string,
  outerVariables: ReadonlySet<string>,
  seen: Seen,
): Generator<Finding> {
  const lost = [...targetFindings(block, path, seen.unread)];
  yield* lost;
  const states = Object.values(block.states);
  // Where a target is missing, the end may be what is missing.
  const isWhole = lost.length === 0 && seen.unread.size === 0 && states.length > 0;
  if (isWhole && !states.some(isTerminal)) {
    const message = "The workflow does not have a terminal state: Succeed, Fail, or one with 'End': true";
    yield { code: "MISSING_END_STATE", message, location: `${path}/States` };
  }
  const reached = reachable(block);
  for (const state of Object.values(block.states)) {
    const location = `${path}/States/${state.name}`;
    if (!reached.has(state.name) && seen.unread.size === 0) yield unreachable(state.name, location);
    const earlier = seen.names.get(state.name);
    if (earlier !== undefined) {
      yield {
        code: "DUPLICATE_STATE_NAME",
        message: `The state name '${state.name}' is used twice, also at ${earlier}`,
        location,
      };
    }
    seen.names.set(state.name, location);
    for (const name of assignedIn(state)) {
      if (!outerVariables.has(name)) continue;
      yield failed(
        `The variable '${name}' belongs to an outer scope and cannot be assigned here`,
        `${location}/Assign`,
      );
    }
    // What a state with blocks assigns itself begins when they have ended: AWS has taken the same name inside, as recorded.
    const others = states.filter((other) => other !== state).flatMap((other) => [...assignedIn(other)]);
    yield* innerFindings(state, location, new Set([...outerVariables, ...others]), seen);
  }
}

function* innerFindings(
  state: State,
  location: string,
  variables: ReadonlySet<string>,
  seen: Seen,
): Generator<Finding> {
  for (const [index, inner] of blocksOf(state).entries()) {
    const at = state.type === "Map" ? `${location}/ItemProcessor` : `${location}/Branches[${index}]`;
    yield* blockFindings(inner, at, variables, seen);
  }
}

function* targetFindings(block: Block, path: string, unread: ReadonlySet<string>): Generator<Finding> {
  const isKnown = (name: string) => Object.hasOwn(block.states, name) || unread.has(name);
  if (block.startAt !== "" && !isKnown(block.startAt)) {
    yield missingTarget(`Missing 'StartAt' target: ${block.startAt}`, `${path}/StartAt`);
  }
  for (const state of Object.values(block.states)) {
    for (const { field, target } of targetsOf(state)) {
      if (target === "" || isKnown(target)) continue;
      const word = field.slice(field.lastIndexOf("/") + 1);
      yield missingTarget(`Missing '${word}' target: ${target}`, `${path}/States/${state.name}/${field}`);
    }
  }
}

/** A state that ends its block. A Choice never does. */
function isTerminal(state: State): boolean {
  if (state.type === "Succeed" || state.type === "Fail") return true;
  return "next" in state && state.next === undefined;
}

function reachable(block: Block): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [block.startAt];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const state = Object.hasOwn(block.states, name) ? block.states[name] : undefined;
    if (state === undefined || reached.has(name)) continue;
    reached.add(name);
    waiting.push(...targetsOf(state).map(({ target }) => target));
  }
  return reached;
}

function assignedIn(state: State): readonly string[] {
  const all = [state.assign];
  if (state.type === "Choice") all.push(...state.choices.map(({ assign }) => assign));
  if (isCatching(state)) all.push(...state.catch.map(({ assign }) => assign));
  return all.flatMap((assign) => Object.keys(assign ?? {}));
}

function failed(message: string, location: string): Finding {
  return { code: "SCHEMA_VALIDATION_FAILED", message, location };
}

function missingTarget(message: string, location: string): Finding {
  return { code: "MISSING_TRANSITION_TARGET", message, location };
}

function unreachable(name: string, location: string): Finding {
  return missingTarget(`State "${name}" is not reachable.`, location);
}
