import { fileURLToPath } from "node:url";

/** The repository, or dist/ of the installed package: functions/, glue-jobs/ and sql/ lie in it. */
export const packageFolder = fileURLToPath(new URL(".", import.meta.url));
