import { AwsError, type Call, type Clock, type ServiceName, type Shape } from "./call.js";

/** What may go wrong at a call. `before`: nothing has happened; `after`: it has, and the caller does not learn it. */
export type Fault =
  | {
      readonly kind: "error";
      readonly when: "before" | "after";
      readonly name: string;
      readonly message: string;
      readonly statusCode?: number;
    }
  | { readonly kind: "lost_answer" }
  /** The call vanishes: its caller gets this answer, and nothing happens. How an event is lost on its way. */
  | { readonly kind: "swallow"; readonly answer: Shape }
  | { readonly kind: "throttle" }
  | { readonly kind: "delay"; readonly ms: number }
  | { readonly kind: "crash"; readonly when: "before" | "after" };

/** Which calls meet the fault: all that match, from the `skip`+1st on, `count` times (default once). */
export interface FaultRule {
  readonly service?: ServiceName;
  readonly operation?: string;
  readonly matches?: (call: Call) => boolean;
  readonly skip?: number;
  readonly count?: number;
  readonly fault: Fault;
}

/** The seam at which a call may be watched, delayed, refused or cut off. What it throws is the call's outcome; an output
 * that `before` returns stands for the call, which is then not made. */
export interface Faults {
  before?(call: Call): Promise<Shape | undefined>;
  after?(call: Call, output: Shape): Promise<void>;
}

/** The connection broke: an HTTP client sees its socket close, a service that calls a service sees this error. */
export class ConnectionLost extends AwsError {
  constructor() {
    super("SdkClientException", "The connection was closed before an answer came", { statusCode: 500 });
  }
}

const THROTTLES: Partial<Record<ServiceName, { readonly name: string; readonly statusCode: number }>> = {
  s3: { name: "SlowDown", statusCode: 503 },
  lambda: { name: "TooManyRequestsException", statusCode: 429 },
  sns: { name: "Throttled", statusCode: 429 },
  sqs: { name: "RequestThrottled", statusCode: 403 },
  redshift: { name: "Throttling", statusCode: 400 },
  sts: { name: "Throttling", statusCode: 400 },
};

function throttled(service: ServiceName): AwsError {
  const own = THROTTLES[service] ?? { name: "ThrottlingException", statusCode: 400 };
  return new AwsError(own.name, "Rate exceeded", { statusCode: own.statusCode });
}

/** Turns a list of rules into the seam. `crash` ends the process; default: SIGKILL to itself, as a machine would. */
export function faultRules(
  rules: readonly FaultRule[],
  clock: Clock,
  crash: () => void = () => process.kill(process.pid, "SIGKILL"),
): Faults {
  const seen = rules.map(() => 0);
  const due = (call: Call): readonly Fault[] =>
    rules.flatMap((rule, index) => {
      if (rule.service !== undefined && rule.service !== call.service) return [];
      if (rule.operation !== undefined && rule.operation !== call.operation) return [];
      if (rule.matches !== undefined && !rule.matches(call)) return [];
      const nth = seen[index] ?? 0;
      seen[index] = nth + 1;
      const skip = rule.skip ?? 0;
      return nth >= skip && nth < skip + (rule.count ?? 1) ? [rule.fault] : [];
    });
  const afterwards = new WeakMap<Call, readonly Fault[]>();
  return {
    async before(call) {
      const faults = due(call);
      afterwards.set(call, faults);
      for (const fault of faults) {
        if (fault.kind === "delay") await clock.sleep(fault.ms);
        if (fault.kind === "throttle") throw throttled(call.service);
        if (fault.kind === "crash" && fault.when === "before") crash();
        if (fault.kind === "error" && fault.when === "before") throw errorOf(fault);
        if (fault.kind === "swallow") return fault.answer;
      }
      return undefined;
    },
    async after(call) {
      for (const fault of afterwards.get(call) ?? []) {
        if (fault.kind === "lost_answer") throw new ConnectionLost();
        if (fault.kind === "crash" && fault.when === "after") crash();
        if (fault.kind === "error" && fault.when === "after") throw errorOf(fault);
      }
    },
  };
}

function errorOf(fault: Fault & { kind: "error" }): AwsError {
  return new AwsError(fault.name, fault.message, { statusCode: fault.statusCode ?? 500 });
}
