import { createClients } from "../../cli/account/clients.js";
import { findDeployment } from "../../cli/account/deployment.js";
import { main } from "../../cli/main.js";
import type { Person } from "../../cli/permissions/policies.js";
import { readSoundProject } from "../../contract/read.js";
import { arnOf } from "./people-world.js";
import type { World } from "./world.js";

/** Runs commands with a person's credentials, as on AWS: the SDK finds them in the environment. */
export class Caller {
  readonly #world: World;
  readonly #person: Person;

  constructor(world: World, person: Person) {
    this.#world = world;
    this.#person = person;
  }

  get #environment() {
    const {
      accessKeyId,
      secretAccessKey,
      sessionToken = "",
    } = this.#world.account.roleCredentials(arnOf(this.#person));
    return {
      AWS_ENDPOINT_URL: this.#world.account.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
  }

  /** Work with the person's credentials. */
  async within<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = { ...process.env };
    Object.assign(process.env, this.#environment);
    try {
      return await work();
    } finally {
      process.env = before;
    }
  }

  /** A command line in this process. @returns its code and what it said, in one text */
  async sluice(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
    let text = "";
    const streams = [process.stdout, process.stderr];
    const writes = streams.map((stream) => stream.write);
    for (const stream of streams) {
      stream.write = (chunk: unknown) => {
        text += String(chunk);
        return true;
      };
    }
    try {
      const code = await this.within(() => main(["node", "sluice", ...args, "--project", this.#world.folder]));
      return { code, text };
    } finally {
      streams.forEach((stream, index) => {
        stream.write = writes[index] ?? stream.write;
      });
    }
  }

  async session() {
    const project = { ...readSoundProject(this.#world.folder), folder: this.#world.folder };
    const clients = createClients({ region: this.#world.account.region });
    return { project, clients, deployment: await findDeployment(clients, project.project), pollEveryMs: 50 };
  }
}
