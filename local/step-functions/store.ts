import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { isJournalRecord, type JournalRecord } from "../interpreter/index.js";
import { writeFileWhole } from "../persistence/files.js";
import { Journal as JournalFile } from "../persistence/journal.js";
import { fileNameOf } from "./names.js";

/** What stands first in an execution's file. */
const Header = z.object({
  arn: z.string(),
  stateMachineArn: z.string(),
  name: z.string(),
  roleArn: z.string(),
  /** The input as it was given: the text counts when the same name comes again (A1.7). */
  input: z.string(),
  definitionHash: z.string(),
});
export type Header = z.infer<typeof Header>;

const Redrive = z.object({ clientToken: z.string(), at: z.number() });

/** A line of an execution's file: its header, a record of the interpreter, or a redrive's client token. */
const Line = z.union([
  z.object({ header: Header }),
  z.object({ redriveToken: Redrive }),
  z.object({ record: z.custom<JournalRecord>(isJournalRecord, "not a record of an execution") }),
]);
type Line = z.infer<typeof Line>;

const Status = z.enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]);

/** What lists need of an execution, so that they need not read its file. */
const Summary = z.object({
  arn: z.string(),
  stateMachineArn: z.string(),
  name: z.string(),
  status: Status,
  startedAt: z.number(),
  stoppedAt: z.number().optional(),
  redriveCount: z.number(),
  redrivenAt: z.number().optional(),
});
export type Summary = z.infer<typeof Summary>;
const IndexLine = z.union([Summary, z.object({ forget: z.string() })]);

/** An execution as its file has it. */
export interface StoredExecution {
  readonly header: Header;
  readonly records: readonly JournalRecord[];
  readonly redriveTokens: readonly z.infer<typeof Redrive>[];
  readonly append: (record: JournalRecord) => void;
  readonly appendToken: (token: z.infer<typeof Redrive>) => void;
  readonly close: () => void;
}

/** The executions on disk: a file each, an index of what lists show, and each definition once. An execution counts from
 * the moment its file is there; the index is brought up to date at the next start when a kill came between the two. */
export class ExecutionStore {
  readonly #folder: string;
  readonly #index: JournalFile<z.infer<typeof IndexLine>>;
  readonly #summaries = new Map<string, Summary>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#index = JournalFile.open(join(folder, "index.jsonl"), IndexLine.parse, (line) => {
      if ("forget" in line) this.#summaries.delete(line.forget);
      else this.#summaries.set(line.arn, line);
    });
  }

  summaries(): Iterable<Summary> {
    return this.#summaries.values();
  }

  summary(arn: string): Summary | undefined {
    return this.#summaries.get(arn);
  }

  setSummary(summary: Summary): void {
    this.#index.append(summary);
    this.#summaries.set(summary.arn, summary);
  }

  /** Makes an execution's file. */
  create(header: Header, definition: string): StoredExecution {
    const definitionFile = this.#definitionFile(header.definitionHash);
    if (!existsSync(definitionFile)) writeFileWhole(definitionFile, definition);
    const file = JournalFile.open<Line>(this.#file(header), Line.parse, () => {});
    file.append({ header });
    return stored(file, header, [], []);
  }

  open(arn: string): StoredExecution | undefined {
    const summary = this.#summaries.get(arn);
    return summary === undefined ? undefined : this.#openFile(this.#file(summary));
  }

  /** The definition that an execution began with; it keeps it over changes of the templates (A3.2). */
  definition(hash: string): string {
    return readFileSync(this.#definitionFile(hash), "utf8");
  }

  /** Gives an execution's name free again. */
  forget(arn: string): void {
    const summary = this.#summaries.get(arn);
    if (summary === undefined) return;
    rmSync(this.#file(summary), { force: true });
    this.#index.append({ forget: arn });
    this.#summaries.delete(arn);
  }

  /** Executions whose file is there and whose summary is not: the process ended between the two. */
  unindexed(): readonly StoredExecution[] {
    const known = new Set([...this.#summaries.values()].map((summary) => this.#file(summary)));
    const folder = join(this.#folder, "machines");
    const machines = existsSync(folder) ? readdirSync(folder) : [];
    return machines
      .flatMap((machine) => readdirSync(join(folder, machine)).map((name) => join(folder, machine, name)))
      .filter((path) => !known.has(path))
      .flatMap((path) => this.#openFile(path) ?? []);
  }

  close(): void {
    this.#index.close();
  }

  #openFile(path: string): StoredExecution | undefined {
    let header: Header | undefined;
    const records: JournalRecord[] = [];
    const tokens: z.infer<typeof Redrive>[] = [];
    const file = JournalFile.open(path, Line.parse, (line) => {
      if ("header" in line) header = line.header;
      else if ("record" in line) records.push(line.record);
      else tokens.push(line.redriveToken);
    });
    if (header !== undefined && records.length > 0) return stored(file, header, records, tokens);
    // Nobody was told of it: the process ended before the execution's first record.
    file.close();
    rmSync(path, { force: true });
    return undefined;
  }

  #file({ stateMachineArn, name }: { readonly stateMachineArn: string; readonly name: string }): string {
    const machine = stateMachineArn.slice(stateMachineArn.lastIndexOf(":") + 1);
    return join(this.#folder, "machines", machine, fileNameOf(name));
  }

  #definitionFile(hash: string): string {
    return join(this.#folder, "definitions", `${hash}.json`);
  }
}

function stored(
  file: JournalFile<Line>,
  header: Header,
  records: readonly JournalRecord[],
  redriveTokens: readonly z.infer<typeof Redrive>[],
): StoredExecution {
  return {
    header,
    records,
    redriveTokens,
    append: (record) => file.append({ record }),
    appendToken: (redriveToken) => file.append({ redriveToken }),
    close: () => file.close(),
  };
}
