import type { Path } from "../finding.js";
import type { DatasetFile } from "../schema.js";
import type { CsvFormatFile } from "../text-file.js";
import type { Report } from "./report.js";

/** CSV's own rules: signs that differ and end no line, and keys that go together. */
export function csvRules(file: DatasetFile, format: CsvFormatFile, report: Report): void {
  signRules(format, report);
  lineRules(file, format, report);
  quoteRules(file, format, report);
}

/** The character that escapes; undefined where quotes are doubled. */
const escapeSign = (format: CsvFormatFile) =>
  format.escape === "double" ? undefined : format.escape === "backslash" ? "\\" : format.escape;

function signRules(format: CsvFormatFile, report: Report): void {
  const { delimiter, quote, comment } = format;
  const escapes = escapeSign(format);
  const clash = (key: "quote" | "comment" | "escape", sign: string, other: string, isClash: boolean) => {
    if (!isClash) return;
    report(["format", key], `'${sign}', which is also the ${other}`, "another character", `Change ${key} or ${other}.`);
  };
  if (quote !== "none") clash("quote", quote, "delimiter", delimiter.includes(quote));
  if (comment !== "none") {
    clash("comment", comment, "delimiter", delimiter.startsWith(comment));
    clash("comment", comment, "quote", comment === quote);
  }
  if (escapes !== undefined) {
    clash("escape", escapes, "delimiter", delimiter.includes(escapes));
    clash("escape", escapes, "comment", escapes === comment);
    if (escapes === quote) {
      report(
        ["format", "escape"],
        `'${escapes}', which is also the quote`,
        "escape: double if quotes are doubled",
        "Write escape: double.",
      );
    }
  }
  for (const [name, sign] of Object.entries({ delimiter, quote, comment, escape: escapes, footer: format.footer })) {
    if (sign === undefined || !/[\r\n]/.test(sign)) continue;
    report(["format", name], "a line break", "a character that does not end a line", `Write another ${name}.`);
  }
  const [written] = /\\(?:[tnr0vf]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})/.exec(delimiter) ?? [];
  if (written !== undefined) {
    report(
      ["format", "delimiter"],
      `the characters ${JSON.stringify(delimiter).slice(1, -1).replaceAll("\\\\", "\\")} literally`,
      "the delimiter itself; YAML reads escapes only in double quotes",
      `Put it in double quotes: delimiter: "${delimiter}".`,
    );
  }
}

const specialSource = /^\$/;

function lineRules({ columns }: DatasetFile, format: CsvFormatFile, report: Report): void {
  if (format.skip_after_header > 0 && format.header === false) {
    report(
      ["format", "skip_after_header"],
      "skip_after_header together with header: false",
      "a header, after which lines can be skipped",
      "Write skip_lines instead, or header: skip.",
    );
  }
  const isNamed = (column: (typeof columns)[number]) =>
    column.optional !== true &&
    column.value === undefined &&
    column.expression === undefined &&
    !(typeof column.from === "string" && specialSource.test(column.from));
  if (format.header === "find" && !columns.some(isNamed)) {
    report(
      ["format", "header"],
      "header: find, but every column is optional or has no name in the header",
      "a column that is not optional and has a name by which to find the header",
      "Write header: true with skip_lines, or remove 'optional' from a column.",
    );
  }
  const { footer, comment } = format;
  if (footer !== undefined && comment !== "none" && footer.startsWith(comment)) {
    report(
      ["format", "footer"],
      `'${footer}', which begins with the comment sign`,
      "a text that begins a record",
      "Remove 'footer': comments are not records anyway.",
    );
  }
}

function quoteRules(file: DatasetFile, { quote, quotes }: CsvFormatFile, report: Report): void {
  if (quote !== "none") return;
  if (quotes === "strict") {
    report(
      ["format", "quotes"],
      "quotes: strict with quote: none",
      "a quote character, since 'quotes' is about quotes",
      "Remove 'quotes', or give the quote character.",
    );
  }
  quotedEmptyRules(file, "without a quote character nothing is quoted", report);
}

/** `empty: quoted` where no text can be in quotes. */
export function quotedEmptyRules({ defaults, columns }: DatasetFile, why: string, report: Report): void {
  const places: [Path, string | undefined][] = [
    [["defaults", "empty"], defaults?.empty],
    ...columns.map(({ empty }, i): [Path, string | undefined] => [["columns", i, "empty"], empty]),
  ];
  for (const [path, empty] of places) {
    if (empty !== "quoted") continue;
    report(path, "empty: quoted", `empty: null or keep; ${why}`, "Write empty: keep, or remove it.");
  }
}
