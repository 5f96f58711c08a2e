/** How a column's numbers are written, as the contract's `number:` says it. */
export interface NumberForm {
  readonly decimal?: string;
  readonly thousands?: string;
  readonly negative?: readonly ("trailing" | "parentheses")[];
  readonly strip?: readonly string[];
}

export interface WrittenNumbers {
  readonly form: NumberForm;
  /** The same numbers with a point, without anything else. */
  readonly plain: readonly string[];
}

const strippable = ["€", "$", "£", "¥", "%", "EUR", "USD", "GBP", "CHF"];
const signs: readonly Pick<NumberForm, "decimal" | "thousands">[] = [
  {},
  { decimal: "," },
  { thousands: "," },
  { decimal: ",", thousands: "." },
  { decimal: ",", thousands: " " },
  { decimal: ",", thousands: "\u00a0" },
  { decimal: ",", thousands: "\u202f" },
  { thousands: " " },
  { thousands: "'" },
  { thousands: "\u2019" },
];

/**
 * Numbers that are not written plainly: with a decimal comma, groups of three, a currency or per cent, a minus behind or
 * parentheses.
 * @returns undefined where the texts are no such numbers, or `isAmbiguous` where `1,234` may be one thousand or one and a bit
 */
export function readNumbers(texts: readonly string[]): WrittenNumbers | { readonly isAmbiguous: true } | undefined {
  const strip = strippable.filter((text) => texts.some((each) => stripped(each, [text]) !== each));
  const bare = texts.map((text) => stripped(text, strip));
  const hasParentheses = bare.some((text) => /^\(.*\)$/.test(text));
  const isTrailing = bare.some((text) => /\d-$/.test(text));
  const magnitudes = bare.map((text) => text.replace(/^\((.*)\)$/, "-$1").replace(/^(.*\d)-$/, "-$1"));
  const fitting = signs.filter((sign) => magnitudes.every((text) => fits(text, sign)));
  const [first] = fitting;
  if (first === undefined) return undefined;
  if (isUnclear(magnitudes, fitting)) return { isAmbiguous: true };
  const form: NumberForm = {
    ...first,
    ...(hasParentheses || isTrailing
      ? {
          negative: [...(isTrailing ? ["trailing" as const] : []), ...(hasParentheses ? ["parentheses" as const] : [])],
        }
      : {}),
    ...(strip.length > 0 ? { strip } : {}),
  };
  return { form, plain: magnitudes.map((text) => plainly(text, first)) };
}

function stripped(text: string, strip: readonly string[]): string {
  let bare = text.trim();
  for (const each of strip) {
    const [sign = "", rest = bare] = /^([-+(]?)(.*)$/s.exec(bare)?.slice(1) ?? [];
    if (rest.startsWith(each)) bare = `${sign}${rest.slice(each.length).trimStart()}`;
    if (bare.endsWith(each)) bare = bare.slice(0, -each.length).trimEnd();
  }
  return bare;
}

function fits(text: string, { decimal = ".", thousands }: NumberForm): boolean {
  const point = decimal === "." ? "\\." : decimal;
  const groups = thousands === undefined ? "" : `|\\d{1,3}(?:${thousands === "." ? "\\." : thousands}\\d{3})+`;
  return new RegExp(`^[+-]?(?:(?:0|[1-9]\\d*${groups})(?:${point}\\d+)?|${point}\\d+)$`).test(text);
}

/** Every separated number could be a decimal as well as groups of three. */
function isUnclear(texts: readonly string[], fitting: readonly NumberForm[]): boolean {
  const asDecimal = fitting.some(({ decimal, thousands }) => decimal === "," && thousands === undefined);
  const asThousands = fitting.some(({ decimal, thousands }) => decimal === undefined && thousands === ",");
  return asDecimal && asThousands && texts.some((text) => text.includes(","));
}

const plainly = (text: string, { decimal = ".", thousands }: NumberForm) =>
  (thousands === undefined ? text : text.replaceAll(thousands, "")).replace(decimal, ".");
