import { expectedResourcesKey } from "../../contract/layout.js";
import type { Access } from "../account/clients.js";
import { CommandFailed } from "../output/exit-codes.js";
import { progress } from "../output/terminal.js";
import { stateFolder } from "../project/project.js";
import { prepareAssembly } from "./assembly.js";
import { waitForGuests } from "./guests.js";
import type { Pace, Warming } from "./local-account-package.js";
import { localAccount, processes } from "./local-account-package.js";
import { preparePython } from "./python.js";
import { type Running, withdraw } from "./running.js";

/** Told of each message that would have been sent to people. */
export type OnSent = (sent: { readonly to: string; readonly subject: string | null; readonly text: string }) => void;

/** Starts the local account of a project in this process. */
export async function startAccount(
  folder: string,
  {
    warming,
    existingBuckets = [],
    pace = "instant",
    beforeDeployment,
    onSent,
  }: {
    readonly warming?: Warming | undefined;
    readonly existingBuckets?: readonly string[];
    readonly pace?: Pace | undefined;
    /** Told of what would have been sent to people. */
    readonly onSent?: OnSent | undefined;
    /** Takes away what stands in the way of the templates. */
    readonly beforeDeployment?: ((access: NonNullable<Access["local"]>) => Promise<void>) | undefined;
  } = {},
): Promise<Running & { release(): Promise<void> }> {
  // Only here does Sluice know its local account; on AWS this is never loaded.
  const [{ openAccount }, { ownIdentity }] = await Promise.all([localAccount(), processes()]);
  const environment = await preparePython();
  const assembly = await prepareAssembly(folder, () => progress("making the templates"));
  const account = await openAccount({
    assemblyFolder: assembly.folder,
    stateFolder: stateFolder(folder),
    existingBuckets,
    pace,
    metadataKey: expectedResourcesKey,
    python: environment,
    onSent,
    ...(beforeDeployment === undefined
      ? {}
      : { beforeDeployment: ({ endpoint, credentials }) => beforeDeployment({ endpoint, ...credentials }) }),
  }).catch((error: unknown) => {
    throw withRemedy(error);
  });
  // Spark needs many seconds to start; a load that follows finds it ready, or waits for the rest.
  if (warming !== undefined) {
    account.warm(warming).catch((error: unknown) => progress(`Spark could not be started early: ${error}`));
  }
  const running: Running = {
    endpoint: account.endpoint,
    region: account.region,
    accessKeyId: account.credentials.accessKeyId,
    secretAccessKey: account.credentials.secretAccessKey,
    ...ownIdentity(),
    digest: assembly.digest,
  };
  return {
    ...running,
    async release() {
      // No new guests come; those that are here finish.
      withdraw(folder);
      await waitForGuests(folder, () => progress("waiting for other commands that use this local account"));
      await account.close();
    },
  };
}

/** What mends an account that cannot be opened, by the name of the error. */
const remedies: Readonly<Record<string, string>> = {
  DeploymentFailed:
    "`sluice bootstrap --local` takes over the table, as `sluice deploy` does on AWS: it removes the crawler's table, creates the declared one and registers its partitions. See docs/runbook.md, 'Changing `catalogue:` of a dataset'.",
  AssemblyUnreadable: "Run `sluice synth` again.",
  StateUnreadable: "Run `sluice local reset` to start afresh.",
};

function withRemedy(error: unknown): unknown {
  const remedy = error instanceof Error ? remedies[error.name] : undefined;
  return error instanceof Error && remedy !== undefined
    ? new CommandFailed(`${error.message.replace(/\.$/, "")}. ${remedy}`)
    : error;
}
