import { localEnvironment } from "../../contract/environments.js";
import type { SoundProject } from "../../contract/read.js";
import type { AccountOptions } from "../arguments/options.js";
import { type LocalUse, useLocalAccount } from "../local/use-account.js";
import { chooseEnvironment } from "../project/environment.js";
import { openProject, projectFolder } from "../project/project.js";
import { type Clients, createClients } from "./clients.js";
import { type Deployment, findDeployment } from "./deployment.js";
import { requireAccount } from "./require-account.js";

/** What a command that talks to an account works with. */
export interface Session {
  readonly project: SoundProject;
  readonly clients: Clients;
  readonly deployment: Deployment;
  /** Milliseconds between two looks at something that runs: AWS counts the calls (A2.6), a local account does not. */
  readonly pollEveryMs: number;
  /** What a command needs, to be typed for the same account: ` --local`, ` --env prod`; empty where nothing need be said. */
  readonly flags?: string;
}

export type SessionOptions = AccountOptions & LocalUse;

/** What a command means: a project, as one environment means it. No account is reached yet. */
export interface Target {
  readonly project: SoundProject;
  readonly environment: string | undefined;
  readonly isLocal: boolean;
  readonly flags: string;
}

/** @throws UsageWrong, ProjectInvalid */
export function openTarget(options: AccountOptions): Target {
  const environment = chooseEnvironment(projectFolder(options.project), options);
  const project = openProject(options.project, environment);
  return { project, environment, isLocal: environment === localEnvironment, flags: flagsOf(options, environment) };
}

function flagsOf({ project }: AccountOptions, environment: string | undefined): string {
  const where =
    environment === undefined ? "" : environment === localEnvironment ? " --local" : ` --env ${environment}`;
  return `${where}${project === "." ? "" : ` --project ${project}`}`;
}

const pollEveryMs = { local: 150, aws: 3000 };

/** Opens a target's account, on AWS or local, for as long as `work` takes. */
export async function withTarget<Result>(
  { project, isLocal, environment, flags }: Target,
  use: LocalUse,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const { region, account } = project.project;
  if (!isLocal) {
    if (account !== undefined) await requireAccount({ region }, account, environment);
    const clients = createClients({ region });
    const deployment = await findDeployment(clients, project.project);
    return work({ project, clients, deployment, pollEveryMs: pollEveryMs.aws, flags });
  }
  const local = await useLocalAccount(project, use);
  try {
    const clients = createClients({ region: local.region, local });
    const deployment = await findDeployment(clients, project.project);
    return await work({ project, clients, deployment, pollEveryMs: pollEveryMs.local, flags });
  } finally {
    await local.release();
  }
}

/** Opens a project and its account for a command that has nothing to look at beforehand. */
export const withSession = <Result>(options: SessionOptions, work: (session: Session) => Promise<Result>) =>
  withTarget(openTarget(options), options, work);
