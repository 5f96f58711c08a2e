import { type Granularity, isPartition } from "../partition.js";
import { Automaton } from "./automaton.js";
import {
  type DateLetters,
  type DatePart,
  dateLetters,
  dateParts,
  expressionOf,
  leadingFolders,
  type Part,
  partsOf,
  patternOf,
} from "./parts.js";

/**
 * The shape of a dataset's keys: plain text, `*` (no slash), `**` (whole folders), `{partition:<date pattern>}` and `{name}`.
 * The one place that reads keys by it; also the names of markers are such shapes.
 */

/** The path of a dataset that gives none. */
export const defaultPath = (dataset: string, granularity: Granularity) =>
  `${dataset}/{partition:${{ hour: "yyyy/MM/dd/HH", day: "yyyy/MM/dd", month: "yyyy/MM" }[granularity]}}/**`;

/** What a key says by its path. */
export interface Fit {
  /** Null where the path has no `{partition}`. */
  readonly partition: string | null;
  readonly values: Readonly<Record<string, string>>;
}

export class Path {
  /** Whether the key says which partition it belongs to. */
  readonly hasPartition: boolean;
  readonly names: readonly string[];
  readonly #parts: readonly Part[];
  readonly #granularity: Granularity;
  readonly #expression: RegExp;
  /** Of each leading run of the parts that ends in a slash: what a folder's own name says. */
  readonly #folders: readonly RegExp[];
  #automaton: Automaton | undefined;

  readonly shape: string;

  /** @param shape one without problems (pathProblem). */
  constructor(shape: string, granularity: Granularity) {
    this.shape = shape;
    this.#parts = partsOf(shape);
    this.#granularity = granularity;
    this.hasPartition = this.#parts.some(({ kind }) => kind === "date");
    this.names = this.#parts.flatMap((part) => (part.kind === "name" ? [part.name] : []));
    this.#expression = new RegExp(`^${expressionOf(this.#parts)}$`, "su");
    this.#folders = leadingFolders(this.#parts).map((parts) => new RegExp(`^${expressionOf(parts)}`, "su"));
  }

  /** @returns undefined when the key does not fit, or its date is in no calendar. */
  fit(key: string): Fit | undefined {
    const found = this.#expression.exec(key);
    if (found === null) return undefined;
    const { groups } = found;
    const partition = this.#partitionOf(groups ?? {});
    if (this.hasPartition && partition === undefined) return undefined;
    return {
      partition: partition ?? null,
      values: Object.fromEntries(this.names.map((name) => [name, groups?.[`name_${name}`] ?? ""])),
    };
  }

  /** The partition of whatever lies in a folder (ends in a slash), where the folder's own name says it. */
  partitionOfFolder(folder: string): string | undefined {
    for (const expression of this.#folders) {
      const found = expression.exec(folder)?.groups;
      const partition = found === undefined ? undefined : this.#partitionOf(found);
      if (partition !== undefined) return partition;
    }
    return undefined;
  }

  /** Whether some key that begins so could fit. */
  canBegin(prefix: string): boolean {
    return this.#reader().canBegin(prefix);
  }

  /** A key that fits this path and another. */
  commonKey(other: Path): string | undefined {
    return this.#reader().common(other.#reader());
  }

  /** A key of a partition, with a name in place of the last `*` (or in `**`), and values for the named parts. @returns undefined where a value is missing. */
  keyOf(partition: string, file: string, values: Readonly<Record<string, string>>): string | undefined {
    const [year = "", month = "", day = "", hour = ""] = partition.split(/[-T]/);
    const date = { year, month, day, hour };
    const lastStar = this.#parts.findLastIndex(({ kind }) => kind === "star" || kind === "folders");
    let isComplete = true;
    const texts = this.#parts.map((part, index): string => {
      if (part.kind === "text") return part.text;
      if (part.kind === "date") {
        const digits = date[dateLetters[part.letters].of];
        return part.letters.length === 1 ? String(Number(digits)) : digits;
      }
      if (part.kind === "name") {
        isComplete &&= values[part.name] !== undefined;
        return values[part.name] ?? "";
      }
      if (index === lastStar) return part.kind === "star" ? this.#starText(index, file) : file;
      isComplete &&= part.kind === "folders";
      return "";
    });
    return isComplete ? texts.join("").replaceAll(/(?<!^)\/{2,}/g, "/") : undefined;
  }

  /** What of a file's name a star stands for: without what the path has behind and before it, where the file has it too. */
  #starText(index: number, file: string): string {
    const [before, after] = [this.#parts[index - 1], this.#parts[index + 1]];
    const head = before?.kind === "text" ? (before.text.split("/").at(-1) ?? "") : "";
    const tail = after?.kind === "text" ? (after.text.split("/", 1)[0] ?? "") : "";
    const bare = tail !== "" && file.endsWith(tail) ? file.slice(0, -tail.length) : file;
    return head !== "" && bare.startsWith(head) ? bare.slice(head.length) : bare;
  }

  /** Whether it is one name and no pattern. */
  get isPlain(): boolean {
    return this.#parts.every(({ kind }) => kind === "text");
  }

  /** The plain text with which every key begins. */
  get prefix(): string {
    const [first] = this.#parts;
    return first?.kind === "text" ? first.text : "";
  }

  /** The plain text with which every key ends. */
  get suffix(): string {
    const last = this.#parts.at(-1);
    return last?.kind === "text" ? last.text : "";
  }

  /** The plain text with which every key of a partition begins; that of a path that does not say it, every key's. */
  prefixOf(partition: string): string {
    const [year = "", month = "", day = "", hour = ""] = partition.split(/[-T]/);
    const date = { year, month, day, hour };
    let prefix = "";
    for (const part of this.#parts) {
      if (part.kind === "text") prefix += part.text;
      else if (part.kind === "date") {
        const digits = date[dateLetters[part.letters].of];
        prefix += part.letters.length === 1 ? String(Number(digits)) : digits;
      } else break;
    }
    return prefix;
  }

  #partitionOf(groups: Readonly<Record<string, string | undefined>>): string | undefined {
    const found = new Map<DatePart, string>();
    for (const [name, value] of Object.entries(groups)) {
      const letters = /^date_([A-Za-z]+)_\d+$/.exec(name)?.[1];
      if (letters === undefined || value === undefined) continue;
      const { of } = dateLetters[letters as DateLetters];
      const digits = value.padStart(2, "0");
      if (found.has(of) && found.get(of) !== digits) return undefined;
      found.set(of, digits);
    }
    const parts = dateParts[this.#granularity].map((part) => found.get(part));
    if (parts.includes(undefined)) return undefined;
    const [year, month, day, hour] = parts;
    const partition = [year, month, day].filter((part) => part !== undefined).join("-");
    const whole = hour === undefined ? partition : `${partition}T${hour}`;
    return isPartition(whole, this.#granularity) ? whole : undefined;
  }

  #reader(): Automaton {
    this.#automaton ??= new Automaton(patternOf(this.#parts));
    return this.#automaton;
  }
}
