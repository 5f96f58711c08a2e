/** Tables of real data, and the ways in which systems write them at fixed places. */

export interface Table {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const isNumber = (text: string) => text === "" || /^[+-]?\d[\d.,]*$/.test(text);

interface Style {
  /** Blanks between two columns. */
  readonly gap: number;
  readonly header: boolean;
  /** Numbers to the right, or everything. */
  readonly right: "numbers" | "all" | "none";
  readonly above?: readonly string[];
  readonly below?: readonly string[];
  /** A line of dashes under the names. */
  readonly isRuled?: boolean;
  /** Blanks at the ends of lines are left out. */
  readonly isCut?: boolean;
}

export const styles: Readonly<Record<string, Style>> = {
  "two blanks, header": { gap: 2, header: true, right: "numbers" },
  "one blank, header": { gap: 1, header: true, right: "numbers" },
  "one blank, header, ends cut": { gap: 1, header: true, right: "numbers", isCut: true },
  "one blank, no header": { gap: 1, header: false, right: "numbers" },
  "all to the right, as pandas": { gap: 1, header: true, right: "all" },
  "all to the left": { gap: 1, header: true, right: "none" },
  "a line of dashes, as SQL*Plus": {
    gap: 1,
    header: true,
    right: "numbers",
    isRuled: true,
    below: ["", "20 rows selected."],
  },
  "titles and a total": {
    ...{ gap: 2, header: true, right: "numbers" },
    above: ["MONTHLY REPORT OF THE OFFICE", "Printed 2026-11-30 08:15 by the batch job", ""],
    below: ["Total of all pages", "End of report"],
  },
  "no blanks, no header": { gap: 0, header: false, right: "numbers" },
};

export function written({ names, rows }: Table, style: Style): string {
  const heads = style.header ? names : names.map(() => "");
  const widths = names.map((_, at) =>
    Math.max(1, heads[at]?.length ?? 0, ...rows.map((row) => [...(row[at] ?? "")].length)),
  );
  const isRight = names.map(
    (_, at) => style.right === "all" || (style.right === "numbers" && rows.every((row) => isNumber(row[at] ?? ""))),
  );
  const line = (fields: readonly string[]) => {
    const cells = fields.map((field, at) =>
      isRight[at] ? field.padStart(widths[at] ?? 0) : field.padEnd(widths[at] ?? 0),
    );
    const whole = cells.join(" ".repeat(style.gap));
    return style.isCut ? whole.trimEnd() : whole;
  };
  const rule = style.isRuled ? [widths.map((width) => "-".repeat(width)).join(" ".repeat(style.gap))] : [];
  return [
    ...(style.above ?? []),
    ...(style.header ? [line(names)] : []),
    ...rule,
    ...rows.map(line),
    ...(style.below ?? []),
    "",
  ].join("\n");
}
