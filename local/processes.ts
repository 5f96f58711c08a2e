/** Who has a folder, and whether that process still runs: for commands that share a local account. Loads in no time. */
export { FolderInUse, lockFolder } from "./persistence/folder-lock.js";
export { hasProcess, isAlive, ownIdentity, type ProcessIdentity } from "./persistence/process-identity.js";
