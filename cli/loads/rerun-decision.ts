import { isBeyondRedrive } from "../../contract/failures.js";
import { isRefusalName } from "../../contract/refusals.js";

/** What of an execution is another now than when it began. */
export type Change = "definition of its state machine" | "contract" | "SQL";

/** What decides how an execution that ended is tried again. */
export interface EndedLoad {
  readonly status: string;
  readonly error: string | null;
  /** What Step Functions says about a redrive, and why not (A3.9). */
  readonly redriveStatus: string | undefined;
  readonly redriveReason: string | undefined;
  /** The type of the state that was entered last, such as `Task`; undefined when the history does not say. */
  readonly lastState: { readonly name: string; readonly type: string } | undefined;
  /** What the execution pinned and what is there now differ: a redrive would go on with the old. */
  readonly hasChanged: Change | null;
  /** `--force`: the input of the execution gets another meaning. */
  readonly isForced: boolean;
}

export interface Decision {
  readonly way: "redrive" | "new execution";
  /** Why, as the end of a sentence. */
  readonly why: string;
}

const endings: readonly string[] = ["FAILED", "TIMED_OUT", "ABORTED"];

/** Redrive where that can help: it repeats nothing that was done. @throws nothing; the execution has ended. */
export function decideRerun(load: EndedLoad): Decision {
  const anew = (why: string): Decision => ({ way: "new execution", why });
  if (load.isForced) return anew("a redrive keeps the old input, without --force");
  if (load.status === "SUCCEEDED") return anew("it succeeded; the ledger prevents that anything is loaded twice");
  if (!endings.includes(load.status)) return anew(`it ended as ${load.status}`);
  if (load.error !== null && isRefusalName(load.error)) {
    return anew(`it was refused (${load.error}): a redrive would only enter its Fail state again`);
  }
  if (load.error !== null && isBeyondRedrive(load.error)) {
    return anew(`it failed with ${load.error}: a redrive would only fail in the same way`);
  }
  if (load.redriveStatus !== "REDRIVABLE") {
    return anew(
      `Step Functions does not redrive it${load.redriveReason === undefined ? "" : `: ${load.redriveReason}`}`,
    );
  }
  if (load.lastState === undefined || load.lastState.type !== "Task") {
    const where =
      load.lastState === undefined ? "before its first state" : `in '${load.lastState.name}', which is not a task`;
    return anew(`it ended ${where}: a redrive would end there again`);
  }
  if (load.hasChanged !== null) {
    return anew(`the ${load.hasChanged} has changed since, and a redrive would continue with the old one`);
  }
  return { way: "redrive", why: `it stopped at '${load.lastState.name}', and the steps before it are not repeated` };
}
