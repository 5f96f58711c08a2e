import type { Block, Machine, State } from "./definition.js";
import { type Finding, InvalidDefinition } from "./findings.js";
import { flowFindings } from "./flow.js";
import { isArray, isObject } from "./json.js";
import { Fields } from "./read-fields.js";
import { readState } from "./read-states.js";

const LONGEST_DEFINITION_BYTES = 1_048_576;
const LONGEST_STATE_NAME = 80;
const LONGEST_SECONDS = 99_999_999;

/** Everything that AWS would refuse a definition for when the machine is created; empty: it is good. */
export function validateDefinition(definition: unknown): readonly Finding[] {
  return read(definition).findings;
}

/** Reads a definition, as JSON text or as the object it stands for. @throws InvalidDefinition */
export function readDefinition(definition: unknown): Machine {
  const { machine, findings } = read(definition);
  if (findings.length > 0) throw new InvalidDefinition(findings);
  return machine;
}

function read(definition: unknown): { machine: Machine; findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const raw = typeof definition === "string" ? parse(definition, findings) : definition;
  const empty: Machine = { startAt: "", states: {}, timeoutSeconds: undefined };
  if (!isObject(raw)) {
    if (findings.length === 0) {
      findings.push({ code: "INVALID_JSON_DESCRIPTION", message: "Expected a JSON object", location: "/" });
    }
    return { machine: empty, findings };
  }
  // A machine of JSONPath may have states of JSONata (A5.1): where all of them are, its own language says nothing.
  const { QueryLanguage: _, ...others } = raw;
  const fields = new Fields(others, "", findings);
  if (raw.QueryLanguage !== "JSONata" && !isJsonataThroughout(raw)) {
    fields.problem(
      'JSONPath is not supported in the local account: the machine, or each of its states, needs "QueryLanguage": "JSONata"',
      "QueryLanguage",
    );
    return { machine: empty, findings };
  }
  const version = fields.text("Version");
  if (version !== undefined && version !== "1.0") fields.problem('Value must be "1.0"', "Version");
  const timeoutSeconds = fields.number("TimeoutSeconds", { min: 1, max: LONGEST_SECONDS });
  const unread = new Set<string>();
  const machine = { ...readBlock(fields, unread), timeoutSeconds };
  findings.push(...flowFindings(machine, unread));
  return { machine, findings };
}

/** Whether every state says by itself that it is JSONata, those inside others too: then nothing is left to JSONPath. */
function isJsonataThroughout({ QueryLanguage: language, States: states }: Readonly<Record<string, unknown>>): boolean {
  const isDefault = language === undefined || language === "JSONPath" || language === "JSONata";
  if (!isDefault || !isObject(states) || Object.keys(states).length === 0) return false;
  return Object.values(states).every((state) => {
    if (!isObject(state) || state.QueryLanguage !== "JSONata") return false;
    const branches = isArray(state.Branches) ? state.Branches : [];
    return [state.ItemProcessor, ...branches].filter(isObject).every(isJsonataThroughout);
  });
}

function parse(text: string, findings: Finding[]): unknown {
  if (Buffer.byteLength(text) > LONGEST_DEFINITION_BYTES) {
    findings.push({ code: "INVALID_JSON_DESCRIPTION", message: "A definition has at most 1 MB", location: "/" });
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    findings.push({ code: "INVALID_JSON_DESCRIPTION", message: String(error), location: "/" });
    return undefined;
  }
}

/** `unread` collects the names of states that could not be read: where they lead is not known. */
function readBlock(fields: Fields, unread: Set<string>): Block {
  const missing = ["StartAt", "States"].filter((field) => !fields.has(field));
  if (missing.length > 0) fields.problem(`These fields are required: [${missing.join(", ")}]`);
  const startAt = fields.text("StartAt") ?? "";
  const states: Record<string, State> = {};
  const list = fields.object("States");
  for (const name of list?.names() ?? []) {
    if (name.length > LONGEST_STATE_NAME)
      list?.problem(`A state name has at most ${LONGEST_STATE_NAME} characters`, name);
    const state = list?.object(name);
    const made = state === undefined ? undefined : readState(name, state, (inner) => readBlock(inner, unread));
    if (made === undefined) unread.add(name);
    else states[name] = made;
  }
  fields.at("ProcessorConfig");
  fields.finish();
  return { startAt, states };
}
