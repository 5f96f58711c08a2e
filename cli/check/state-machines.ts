import type { Finding } from "../../contract/finding.js";
import { nearest } from "../../contract/nearest.js";
import { definitions, definitionText, machineNames } from "../../state-machines/definitions.js";

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Sluice's own state machines, as they lie: states that lead nowhere, that nothing leads to, placeholders nobody fills. */
export function stateMachineFindings(): Finding[] {
  return machineNames.flatMap((machine) => {
    const { file, substitutions } = definitions[machine];
    return definitionFindings(`state-machines/${file}`, definitionText(machine), substitutions);
  });
}

/** What is wrong with one definition. */
export function definitionFindings(file: string, text: string, substitutions: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  const report = (mark: string, found: string, expected: string, remedy: string) => {
    const at = text.indexOf(mark);
    const line = at < 0 ? 1 : text.slice(0, at).split("\n").length;
    findings.push({ file, path: "", line, found, expected, remedy, severity: "error" });
  };
  for (const [whole = "", name = ""] of text.matchAll(/\$\{([A-Za-z]+)\}/g)) {
    if (substitutions.includes(name)) continue;
    const near = nearest(name, substitutions);
    report(
      whole,
      `'${whole}', for which there is no substitution`,
      substitutions.join(", "),
      near === undefined ? "Name one of these." : `Write '\${${near}}'.`,
    );
  }
  let machine: unknown;
  try {
    machine = JSON.parse(text);
  } catch (error) {
    report("", error instanceof Error ? error.message : String(error), "JSON", "Correct the file.");
    return findings;
  }
  collectFindings(machine, report);
  return findings;
}

type Report = (mark: string, found: string, expected: string, remedy: string) => void;

function collectFindings(machine: unknown, report: Report): void {
  if (!isMembers(machine) || !isMembers(machine.States)) return;
  const names = Object.keys(machine.States);
  const targets = new Set(targetsIn(machine.States).concat(typeof machine.StartAt === "string" ? machine.StartAt : []));
  for (const target of targets) {
    if (names.includes(target)) continue;
    const near = nearest(target, names);
    report(
      `"${target}"`,
      `'${target}', which is not a state`,
      names.join(", "),
      near === undefined ? "Name a state." : `Write '${near}'.`,
    );
  }
  for (const name of names.filter((each) => !targets.has(each))) {
    report(
      `"${name}"`,
      `'${name}', which is never reached`,
      "a state that another state leads to",
      "Add a transition to it, or remove it.",
    );
  }
  for (const state of Object.values(machine.States)) {
    if (!isMembers(state)) continue;
    for (const inner of [state.ItemProcessor, ...(Array.isArray(state.Branches) ? state.Branches : [])])
      collectFindings(inner, report);
  }
}

/** Every `Next` and `Default`; those of a Map or Parallel state belong to the machine inside. */
function targetsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(targetsIn);
  if (!isMembers(node)) return [];
  return Object.entries(node).flatMap(([name, value]) => {
    if (name === "ItemProcessor" || name === "Branches") return [];
    return (name === "Next" || name === "Default") && typeof value === "string" ? [value] : targetsIn(value);
  });
}
