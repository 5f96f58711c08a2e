import { ownIdentity } from "../../local/persistence/process-identity.js";
import { progress } from "../output/terminal.js";
import { stateFolder } from "../project/project.js";
import { prepareAssembly } from "./assembly.js";
import { waitForGuests } from "./guests.js";
import { preparePython } from "./python.js";
import { type Running, withdraw } from "./running.js";

/** Starts the local account of a project in this process. */
export async function startAccount(
  folder: string,
  {
    willLoad = false,
    existingBuckets = [],
  }: { readonly willLoad?: boolean; readonly existingBuckets?: readonly string[] } = {},
): Promise<Running & { release(): Promise<void> }> {
  const environment = await preparePython();
  const assembly = await prepareAssembly(folder, () => progress("making the templates"));
  // Only here does Sluice know its local account; on AWS this is never loaded.
  const { openAccount } = await import("../../local/account.js");
  const account = await openAccount({
    assemblyFolder: assembly.folder,
    stateFolder: stateFolder(folder),
    existingBuckets,
    glue: { environment },
  });
  // Spark needs many seconds to start; a load that follows finds it ready, or waits for the rest.
  if (willLoad) account.warm().catch((error: unknown) => progress(`Spark could not be started early: ${error}`));
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
