/** Kinds of values that people write into tables. */
export type ValueKind = "empty" | "number" | "time" | "word" | "text" | "other";

const number =
  /^[+-]?(?:[$€£¥]\s?)?(?:\d+|\d{1,3}(?:[.,' \u00a0\u202f]\d{3})+)?(?:[.,]\d+)?(?:[eE][+-]?\d+)?\s?(?:%|€|\$|£|[A-Z]{3})?-?$/;
const accounting = /^\((?:[$€£]\s?)?[\d.,]+\)$/;
const time =
  /^(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}|[A-Za-z]{3,9} \d{1,2},? \d{2,4}|\d{8})?(?:[T ,]*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:[AaPp]\.?[Mm]\.?)?\s?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)?)?$/;
const links = /^(?:[a-z][a-z+.-]*:\/\/\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:\d{1,3}\.){3}\d{1,3})$/i;
/** Letters, digits and what stands between words; no sign that separates fields. */
const words = /^[\p{L}\p{N}\p{M}][\p{L}\p{N}\p{M} _.'’()/&%#+°*–-]*[!?.]?$/u;
const text = /^[\p{L}\p{N}\p{M}\p{S} _.,'’"“”()/&%#+:;!?@*°\-–—[\]]+$/u;
const missing = /^(?:-{1,3}|\?|#?n\/?a|null|none|nan|\.|\\n|\(null\))$/i;

/** The kind of one value, without blanks at its ends. */
export function kindOf(value: string): ValueKind {
  if (value === "" || missing.test(value)) return "empty";
  if (/\d/.test(value)) {
    if (number.test(value) || accounting.test(value)) return "number";
    if (time.test(value)) return "time";
  }
  if (words.test(value) || links.test(value)) return "word";
  // A long text has marks of its own, and is whole: its quotes and brackets come in pairs.
  return value.length > 8 && value.includes(" ") && text.test(value) && isPaired(value) ? "text" : "other";
}

const isPaired = (value: string) => (value.split('"').length - 1) % 2 === 0;
