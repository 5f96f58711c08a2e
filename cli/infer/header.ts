import { InferenceRefused } from "./refusal.js";
import { shown } from "./sample.js";
import { kindOf } from "./value-kinds.js";

const judgedRecords = 1000;
/** So many records have to speak where all columns are texts. */
const leastRecords = 5;

const isTyped = (value: string) => ["number", "time"].includes(kindOf(value));

/**
 * Whether the first record names the columns. A name over numbers or times is a name, a number over numbers is none; over texts
 * names do not come again below, and differ in length or form from what stands there.
 * @throws InferenceRefused where neither can be told
 */
export function tellHeader(name: string, table: readonly (readonly string[])[], wanted: boolean | undefined): boolean {
  if (wanted !== undefined) return wanted;
  const [first = [], ...rest] = table;
  const names = first.map((field) => field.trim());
  const body = rest.slice(0, judgedRecords);
  if (body.length === 0) {
    const remedy = "Use a sample with records, or pass --header no.";
    throw new InferenceRefused("NoRecords", `'${name}' has one line, which may be a header. ${remedy}`);
  }
  const votes = names.map((text, index) =>
    voteOf(
      text,
      body.map((record) => record[index]?.trim() ?? ""),
    ),
  );
  const sum = votes.reduce((total, vote) => total + vote, 0);
  const strongest = Math.max(0, ...votes.map(Math.abs));
  if (strongest >= 2 && sum !== 0) return sum > 0;
  if (names.some((text) => text !== "" && isTyped(text) && !isYear(text))) return false;
  if (sum >= 1.5 && (body.length >= leastRecords || names.every((text) => isIdentifier(text) || isYear(text))))
    return true;
  if (sum <= -1.5) return false;
  throw new InferenceRefused(
    "HeaderUnknown",
    `'${name}': whether its first record (${names.slice(0, 4).map(shown).join(", ")}) names the columns is unclear. Pass --header yes or --header no.`,
  );
}

/** How much one column speaks for a header (above 0), or against one. */
function voteOf(name: string, values: readonly string[]): number {
  const filled = values.filter((value) => kindOf(value) !== "empty");
  if (filled.length === 0) return name === "" ? 0 : isTyped(name) ? -1 : 0.5;
  if (name === "") return 0;
  const typed = filled.filter(isTyped).length / filled.length;
  if (typed >= 0.8 && isYear(name) && !filled.every(isYear)) return 1;
  if (typed >= 0.8) return isTyped(name) ? -2 : 2;
  if (isTyped(name)) return -1;
  if (filled.includes(name)) return new Set(filled).size < filled.length * 0.9 ? -1.5 : -2;
  return textVote(name, filled);
}

const isYear = (text: string) => /^(?:19|20)\d\d$/.test(text);
const isIdentifier = (text: string) => /^[A-Za-z][\w ./()%-]*$/.test(text) && text.length <= 40;
const nameLike =
  /(?:^|[\W_])(?:id|ids|name|names|code|type|date|time|year|month|day|city|country|state|address|street|zip|phone|email|e-?mail|url|title|description|status|value|amount|price|qty|quantity|total|number|no|nr|key|category|class|group|region|unit|lat|latitude|lon|lng|longitude|note|notes|comment|comments|label|text|gender|sex|age|first|last)(?:$|[\W_])/i;

/** A name over texts: one of the words that name columns, another length than all of them, a repeated text below. */
function textVote(name: string, values: readonly string[]): number {
  const spaced = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2");
  const lengths = values.map((value) => value.length);
  const isOfOneLength = values.length > 2 && new Set(lengths).size === 1 && lengths[0] !== name.length;
  const isAnotherCase = values.length > 2 && values.every((value) => caseOf(value) !== caseOf(name));
  const repeats = new Set(values).size <= values.length * 0.7;
  return (
    (nameLike.test(spaced) ? 1 : 0) +
    (isOfOneLength ? 1 : 0) +
    (isAnotherCase ? 0.5 : 0) +
    (repeats ? 0.5 : 0) +
    (isIdentifier(name) ? 0.1 : -0.25)
  );
}

function caseOf(text: string): string {
  if (/^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/.test(text)) return "snake";
  if (text === text.toUpperCase()) return "upper";
  return text === text.toLowerCase() ? "lower" : "mixed";
}
