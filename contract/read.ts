import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LineCounter, parseDocument, type YAMLParseError } from "yaml";
import type { z } from "zod";
import { compileContract } from "./compile.js";
import type { Contract } from "./contract.js";
import { environmentsOf, inEnvironment, placeIn } from "./environments.js";
import { type Finding, findingsOf, type Located } from "./finding.js";
import { knownKeys } from "./known-keys.js";
import { DatasetFile, ProjectFile } from "./schema.js";
import { withDeliveries } from "./semantics/deliveries.js";
import { noticeFindings } from "./semantics/notices.js";
import {
  acrossDatasets,
  datasetFindings,
  environmentFindings,
  projectFindings,
  sameNameFindings,
} from "./semantics.js";
import { keepTexts } from "./yaml-texts.js";

/** A project's declarations, parsed; `findings` holds everything that is wrong with them, in one pass. */
export interface Project {
  readonly folder: string;
  /** Undefined when `sluice.yaml` cannot be used. */
  readonly project: ProjectFile | undefined;
  /** The compiled contracts of the datasets that can be used, in the order of their names. */
  readonly contracts: readonly Contract[];
  readonly findings: readonly Finding[];
}

/** A project that may be deployed: no finding is an error. */
export interface SoundProject extends Project {
  readonly project: ProjectFile;
}

/** `name` is `ProjectInvalid`; the message lists every error. */
export class ProjectInvalid extends Error {
  override readonly name = "ProjectInvalid";
  readonly findings: readonly Finding[];

  constructor(folder: string, findings: readonly Finding[]) {
    const errors = findings.filter((finding) => finding.severity === "error");
    super(`The project in ${folder} has ${errors.length} error(s):\n${errors.map(describeFinding).join("\n")}`);
    this.findings = findings;
  }
}

/** `datasets/x.yaml:12 columns[2].type: found "varchr(3)"; expected …. Write …` */
export function describeFinding(finding: Finding): string {
  const place = finding.path === "" ? "" : ` ${finding.path}:`;
  return `${finding.file}:${finding.line}${place} found ${finding.found}; expected ${finding.expected}. ${finding.remedy}`;
}

/**
 * Reads `sluice.yaml`, `datasets/*.yaml` and the aggregates they name. Never throws for what a user wrote.
 * @param environment whose keys are laid over `sluice.yaml`; without one the file itself is read, and every environment's
 * findings are there too.
 */
export function readProject(folder: string, environment?: string): Project {
  const findings: Finding[] = [];
  const views = readProjectFile(folder, environment, findings);
  const project = views.at(environment === undefined ? 0 : -1)?.value;

  const read = listDatasets(folder).flatMap((name) => {
    const file = readFile(folder, `datasets/${name}`, DatasetFile, findings);
    return file === undefined ? [] : [file];
  });
  const files = read.map(({ value }) => value);
  const datasets = read.map(({ value, located }) => {
    const aggregates = readAggregates(folder, value.aggregates);
    for (const view of views.length === 0 ? [undefined] : views.map((each) => each.value)) {
      findings.push(...datasetFindings(value, located, view, aggregates));
    }
    const source = project?.sources[value.source];
    const largeStrings = project?.warehouse.large_strings ?? false;
    return {
      value,
      located,
      contract: compileContract(withDeliveries(value, files), aggregates, source, largeStrings),
    };
  });
  if (datasets.length === 0 && findings.length === 0) findings.push(noDatasets);
  const declared = datasets.map(({ value, located }) => ({ file: value, located }));
  findings.push(...acrossDatasets(declared, project));
  for (const view of views) findings.push(...noticeFindings(view.value, view.located, files));

  return { folder, project, contracts: datasets.map(({ contract }) => contract), findings: eachOnce(findings) };
}

/** A project as the file, or an environment, means it. */
interface View {
  readonly value: ProjectFile;
  readonly located: Located;
}

/** The file itself, then the project as each environment means it that is looked at. */
function readProjectFile(folder: string, environment: string | undefined, findings: Finding[]): readonly View[] {
  const file = readFile(folder, "sluice.yaml", ProjectFile, findings);
  if (file === undefined) return [];
  findings.push(
    ...projectFindings(file.value, file.located),
    ...environmentFindings(file.value, file.located, environment),
  );
  const names = environmentsOf(file.value).filter((name) => environment === undefined || name === environment);
  const content: unknown = file.located.document.toJSON();
  const views = names.flatMap((name) => {
    const located = { ...file.located, placeOf: placeIn(content, name) };
    const view = parseContent(inEnvironment(content, name), located, ProjectFile, findings);
    if (view !== undefined) findings.push(...projectFindings(view.value, located));
    return view === undefined ? [] : [{ environment: name, value: view.value, located }];
  });
  findings.push(
    ...sameNameFindings(
      views.map(({ environment: of, value }) => ({ environment: of, project: value })),
      file.located,
    ),
  );
  return [file, ...views];
}

/** What an environment does not change is found in it, too. */
const eachOnce = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values(),
];

/** One dataset's file by its text, without a project around it: its compiled contract, where it has no error. */
export function readDatasetText(text: string, file: string) {
  const findings: Finding[] = [];
  const read = parseText(text, file, DatasetFile, findings);
  if (read !== undefined) findings.push(...datasetFindings(read.value, read.located, undefined, new Map()));
  const isSound = findings.every(({ severity }) => severity !== "error");
  return { contract: read !== undefined && isSound ? compileContract(read.value) : undefined, findings };
}

/**
 * Reads a project that is going to be used.
 * @param environment whose keys are laid over `sluice.yaml`; `local` is the file itself
 * @throws ProjectInvalid with every error when it cannot be.
 */
export function readSoundProject(folder: string, environment?: string): SoundProject {
  const read = readProject(folder, environment);
  const broken = read.findings.some((finding) => finding.severity === "error");
  if (broken || read.project === undefined) throw new ProjectInvalid(folder, read.findings);
  return { ...read, project: read.project };
}

const noDatasets: Finding = {
  file: "datasets/",
  path: "",
  line: 1,
  found: "no dataset",
  expected: "at least one datasets/<dataset>.yaml",
  remedy: "Add a dataset; docs/contract.md describes the file.",
  severity: "error",
};

function listDatasets(folder: string): string[] {
  const path = join(folder, "datasets");
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith(".yaml") || name.endsWith(".yml"))
    .sort();
}

function readAggregates(folder: string, names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    names.flatMap((name) => {
      const path = join(folder, "aggregates", `${name}.sql`);
      return existsSync(path) ? [[name, readFileSync(path, "utf8")] as const] : [];
    }),
  );
}

function readFile<S extends z.ZodType>(
  folder: string,
  file: string,
  schema: S,
  findings: Finding[],
): { readonly value: z.output<S>; readonly located: Located } | undefined {
  const path = join(folder, file);
  if (existsSync(path)) return parseText(readFileSync(path, "utf8"), file, schema, findings);
  findings.push({
    file,
    path: "",
    line: 1,
    found: `no such file in ${folder}`,
    expected: "a project folder with sluice.yaml and datasets/",
    remedy: "Pass the project's folder with --project, or create a project with `sluice init`.",
    severity: "error",
  });
  return undefined;
}

function parseText<S extends z.ZodType>(text: string, file: string, schema: S, findings: Finding[]) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  keepTexts(document);
  const located = { file, document, lines };
  const [broken] = document.errors;
  if (broken) {
    findings.push({
      file,
      path: "",
      line: broken.linePos?.[0].line ?? 1,
      found: "text that cannot be parsed as YAML",
      expected: "a valid YAML file",
      remedy: yamlRemedy(broken),
      severity: "error",
    });
    return undefined;
  }
  return parseContent(document.toJSON() ?? {}, located, schema, findings);
}

function parseContent<S extends z.ZodType>(content: unknown, located: Located, schema: S, findings: Finding[]) {
  const parsed = schema.safeParse(content);
  if (parsed.success) return { value: parsed.data, located };
  findings.push(...findingsOf(located, parsed.error, (at) => knownKeys(schema, at, content)));
  return undefined;
}

/** Faults that most often come from a text that must stand in quotes. */
const unquoted: ReadonlySet<string> = new Set([
  "BAD_SCALAR_START",
  "BAD_ALIAS",
  "BLOCK_AS_IMPLICIT_KEY",
  "MISSING_CHAR",
  "UNEXPECTED_TOKEN",
  "TAB_AS_INDENT",
]);

function yamlRemedy({ code, message }: YAMLParseError): string {
  const first = `${message.split("\n")[0] ?? "Correct the file"}`
    .replace(/:$/, "")
    .replace(/ at line \d+, column \d+$/, "");
  if (!unquoted.has(code)) return `${first}.`;
  return `${first}. A text that begins with one of @ * & ! | > % ' " # or , or that contains ': ', must be quoted, such as '@id'; a tab is written "\\t".`;
}
