import type { SoundProject } from "../../contract/read.js";
import type { AccountOptions } from "../arguments/options.js";
import { type LocalUse, useLocalAccount } from "../local/use-account.js";
import { openProject } from "../project/project.js";
import { type Clients, createClients } from "./clients.js";
import { type Deployment, findDeployment } from "./deployment.js";

/** What a command that talks to an account works with. */
export interface Session {
  readonly project: SoundProject;
  readonly clients: Clients;
  readonly deployment: Deployment;
  /** Milliseconds between two looks at something that runs: AWS counts the calls (A2.6), a local account does not. */
  readonly pollEveryMs: number;
}

export type SessionOptions = AccountOptions & LocalUse;

const pollEveryMs = { local: 150, aws: 3000 };

/** Opens a project and its account, on AWS or local, for as long as `work` takes. */
export async function withSession<Result>(
  options: SessionOptions,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const project = openProject(options.project);
  const { region } = project.project;
  if (!options.local) {
    const clients = createClients({ region });
    const deployment = await findDeployment(clients, project.project);
    return work({ project, clients, deployment, pollEveryMs: pollEveryMs.aws });
  }
  const account = await useLocalAccount(project, options);
  try {
    const clients = createClients({ region: account.region, local: account });
    const deployment = await findDeployment(clients, project.project);
    return await work({ project, clients, deployment, pollEveryMs: pollEveryMs.local });
  } finally {
    await account.release();
  }
}
