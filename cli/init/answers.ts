import { createInterface } from "node:readline/promises";
import { z } from "zod";
import { ProjectFile } from "../../contract/schema.js";
import { UsageWrong } from "../output/exit-codes.js";

/** What a new project is made of. */
export interface Answers {
  readonly name: string;
  readonly region: string;
  readonly source: string;
  /** Empty: nobody is told. */
  readonly email: string;
}

type Question = keyof Answers;

interface Asked {
  readonly text: string;
  /** What is wrong with an answer, for a person; undefined when it will do. */
  readonly problem: (answer: string, answers: Partial<Answers>) => string | undefined;
}

const most = 24;
const shapeProblem = (schema: z.ZodType) => (answer: string) => schema.safeParse(answer).error?.issues[0]?.message;
const name = shapeProblem(ProjectFile.shape.name);
const source = shapeProblem(ProjectFile.shape.sources.keyType);
const email = shapeProblem(z.union([z.literal(""), z.email("an address is written like data-team@example.com")]));

/** The four questions, in the order in which they are asked. */
export const questions: Readonly<Record<Question, Asked>> = {
  name: { text: "The project's name (prefix of every resource)", problem: name },
  region: { text: "The AWS region", problem: shapeProblem(ProjectFile.shape.region) },
  source: {
    text: "The system that delivers files",
    problem: (answer, answers) =>
      source(answer) ??
      ((answers.name ?? "").length + answer.length > most
        ? `name and source have at most ${most} characters together, because bucket names hold both`
        : undefined),
  },
  email: { text: "Who is notified when a load fails (an e-mail address, or empty)", problem: email },
};
export const order = ["name", "region", "source", "email"] as const satisfies readonly Question[];

/** What stands when nothing is said; the name follows from the folder's. */
export function defaultsFor(folderName: string): Answers {
  const fitting = folderName
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 16)
    .replace(/-+$/, "");
  return { name: fitting === "" ? "project" : fitting, region: "eu-west-1", source: "shop", email: "" };
}

/** Takes what was given as options, and the defaults for the rest. @throws UsageWrong for an answer that cannot be */
export function takeAnswers(given: Partial<Answers>, defaults: Answers): Answers {
  const answers = { ...defaults, ...given };
  for (const question of order) {
    const problem = questions[question].problem(answers[question], answers);
    if (problem === undefined) continue;
    const near = question === "name" ? ` Write --name ${defaultsFor(answers.name).name}.` : "";
    throw new UsageWrong(`--${question} '${answers[question]}': ${problem}.${near}`);
  }
  return answers;
}

/** Asks what was not given, on a terminal; an answer that will not do is asked for again. */
export async function askAnswers(
  given: Partial<Answers>,
  defaults: Answers,
  streams: { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream },
): Promise<Answers> {
  const terminal = createInterface(streams);
  const closed = new AbortController();
  terminal.once("close", () => closed.abort());
  const ask = (text: string) =>
    terminal.question(text, { signal: closed.signal }).catch(() => {
      throw new UsageWrong("Cancelled; nothing was written.");
    });
  const answers: Record<Question, string> = { ...defaults, ...given };
  try {
    for (const question of order) {
      if (given[question] !== undefined) continue;
      const { text, problem } = questions[question];
      const offered = defaults[question] === "" ? "" : ` [${defaults[question]}]`;
      for (;;) {
        const answer = (await ask(`${text}${offered}: `)).trim();
        answers[question] = answer === "" ? defaults[question] : answer;
        const wrong = problem(answers[question], answers);
        if (wrong === undefined) break;
        streams.output.write(`  ${wrong}\n`);
      }
    }
  } finally {
    terminal.close();
  }
  return takeAnswers(answers, defaults);
}
