/** Event patterns as EventBridge has them: fields that are lists of wanted values or matchers, nested like the event. */

type Fields = Readonly<Record<string, unknown>>;

const MATCHERS: readonly string[] = [
  "prefix",
  "suffix",
  "anything-but",
  "exists",
  "numeric",
  "wildcard",
  "equals-ignore-case",
];

/** @throws Error by name for what EventBridge knows and the local account does not */
export function checkPattern(pattern: unknown, place: string): void {
  if (!isFields(pattern)) throw new Error(`${place}: an event pattern is an object`);
  for (const [field, wanted] of Object.entries(pattern)) {
    const at = `${place}.${field}`;
    if (field === "$or") {
      if (!Array.isArray(wanted)) throw new Error(`${at}: $or takes a list of patterns`);
      for (const [index, each] of wanted.entries()) checkPattern(each, `${at}[${index}]`);
    } else if (Array.isArray(wanted)) {
      for (const matcher of wanted) checkMatcher(matcher, at);
    } else {
      checkPattern(wanted, at);
    }
  }
}

function checkMatcher(matcher: unknown, place: string): void {
  if (!isFields(matcher)) return;
  const names = Object.keys(matcher);
  const [name = ""] = names;
  if (names.length !== 1 || !MATCHERS.includes(name)) {
    throw new Error(`${place}: the matcher ${JSON.stringify(matcher)} is not supported in the local account`);
  }
}

/** Whether the event has everything that the pattern asks for. */
export function matchesPattern(pattern: Fields, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    if (field === "$or" && Array.isArray(wanted))
      return wanted.some((each) => isFields(each) && matchesPattern(each, event));
    const value = isFields(event) ? event[field] : undefined;
    if (Array.isArray(wanted)) return matchesAny(wanted, value);
    if (!isFields(wanted)) return false;
    return Array.isArray(value) ? value.some((item) => matchesPattern(wanted, item)) : matchesPattern(wanted, value);
  });
}

function matchesAny(wanted: readonly unknown[], value: unknown): boolean {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return wanted.some((matcher) => {
    if (isFields(matcher) && "exists" in matcher) return (value !== undefined && !isFields(value)) === matcher.exists;
    return values.some((each) => each !== undefined && matchesOne(matcher, each));
  });
}

function matchesOne(matcher: unknown, value: unknown): boolean {
  if (!isFields(matcher)) return matcher === value;
  const [name, argument] = Object.entries(matcher)[0] ?? [];
  switch (name) {
    case "prefix":
      return onText(argument, value, (text, part) => text.startsWith(part));
    case "suffix":
      return onText(argument, value, (text, part) => text.endsWith(part));
    case "equals-ignore-case":
      return typeof value === "string" && value.toLowerCase() === String(argument).toLowerCase();
    case "wildcard":
      return typeof value === "string" && [argument].flat().some((each) => wildcard(String(each)).test(value));
    case "numeric":
      return typeof value === "number" && Array.isArray(argument) && inRange(argument, value);
    case "anything-but":
      return value !== null && !isFields(value) && ![argument].flat().some((each) => matchesOne(each, value));
    default:
      return false;
  }
}

/** `prefix` and `suffix` take a text, a list of texts (inside anything-but), or {"equals-ignore-case": text}. */
function onText(argument: unknown, value: unknown, test: (text: string, part: string) => boolean): boolean {
  if (typeof value !== "string") return false;
  if (isFields(argument)) return test(value.toLowerCase(), String(argument["equals-ignore-case"]).toLowerCase());
  return [argument].flat().some((part) => typeof part === "string" && test(value, part));
}

function wildcard(text: string): RegExp {
  const parts = text.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}

/** `[">", 0, "<=", 5]` */
function inRange(conditions: readonly unknown[], value: number): boolean {
  for (let at = 0; at + 1 < conditions.length; at += 2) {
    const bound = Number(conditions[at + 1]);
    const holds = {
      "=": value === bound,
      ">": value > bound,
      ">=": value >= bound,
      "<": value < bound,
      "<=": value <= bound,
    };
    const operator = String(conditions[at]);
    if (!(Object.entries(holds).find(([name]) => name === operator)?.[1] ?? false)) return false;
  }
  return true;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
