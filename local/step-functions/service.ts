import { join } from "node:path";
import type { Account, ServiceBody } from "../call/call.js";
import { Executions } from "./executions.js";
import { readMachines } from "./machines.js";
import { executionOperations, machineOperations, type StatesRoom, tokenOperations } from "./operations.js";
import { ExecutionStore } from "./store.js";

/** AWS Step Functions of the local account: the templates' state machines and their executions, which outlive the
 * process. @throws InvalidDefinition when AWS would refuse to create one of the machines */
export function createStatesService(account: Account): ServiceBody {
  const store = new ExecutionStore(join(account.stateFolder, "executions"));
  const executions = new Executions(account, store);
  const room: StatesRoom = {
    account,
    machines: readMachines(account),
    executions,
    store,
    openedAt: account.clock.now(),
  };
  return {
    service: "states",
    operations: { ...executionOperations(room), ...machineOperations(room), ...tokenOperations(room) },
    start: async () => executions.resumeAll(),
    stop: () => executions.close(),
  };
}
