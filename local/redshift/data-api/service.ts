import { randomUUID } from "node:crypto";
import path from "node:path";
import { type Account, AwsError, type CallContext, type ServiceBody, type Shape } from "../../call/call.js";
import type { ClusterBody } from "../cluster/cluster.js";
import { describeStatement, listStatements, statementResult } from "./answers.js";
import { bindParameters } from "./parameters.js";
import { readRequest, type StatementRequest, validation } from "./request.js";
import { Runner } from "./runner.js";
import { isOver, parseId, type Statement, type WarehouseName, warehouseMember } from "./statement.js";
import { StatementStore } from "./statement-store.js";

export type DataApiAccount = Pick<Account, "call" | "clock" | "emit" | "region" | "accountId" | "stateFolder">;

export interface DataApiOptions {
  readonly cluster: (name: WarehouseName) => ClusterBody | undefined;
  /** Called before a statement starts, with its texts: tests make statements take their time here. */
  readonly beforeStatement?: (sqls: readonly string[]) => Promise<void>;
}

/** A ClientToken is remembered for eight hours (B4.1). */
const TOKEN_MS = 8 * 3600 * 1000;
const MAX_ACTIVE = 500;

/** The Redshift Data API (facts B). Errors of SQL appear as the Status FAILED, never as an exception. */
export function createDataApiService(account: DataApiAccount, options: DataApiOptions): ServiceBody {
  const api = new DataApi(account, options);
  return {
    service: "redshift-data",
    operations: {
      ExecuteStatement: async (input, context) => api.submit(readRequest(input, false), context),
      BatchExecuteStatement: async (input, context) => api.submit(readRequest(input, true), context),
      DescribeStatement: async (input, context) =>
        describeStatement(api.owned(input, context), parseId(String(input.Id)).part),
      GetStatementResult: async (input, context) => statementResult(api.store, api.owned(input, context), input),
      CancelStatement: async (input, context) => api.cancel(api.owned(input, context)),
      ListStatements: async (input, context) =>
        listStatements(
          api.store.all().filter((each) => each.owner.arn === context.principal.arn),
          input,
        ),
    },
    start: () => api.start(),
    stop: () => api.stop(),
  };
}

class DataApi {
  readonly store: StatementStore;
  readonly #account: DataApiAccount;
  readonly #options: DataApiOptions;
  readonly #runner: Runner;

  constructor(account: DataApiAccount, options: DataApiOptions) {
    this.#account = account;
    this.#options = options;
    this.store = new StatementStore(path.join(account.stateFolder, "statements"), () => account.clock.now());
    this.#runner = new Runner({ account, store: this.store, ...options });
  }

  async start(): Promise<void> {
    this.store.failUnfinished();
    for (const statement of this.store.all()) await this.#runner.announce(statement.id);
  }

  async stop(): Promise<void> {
    await this.#runner.stop();
  }

  submit(request: StatementRequest, { principal }: CallContext): Shape {
    const known = this.#repeated(request, principal.arn);
    if (known !== undefined) return submitted(known);
    if (this.#options.cluster(request) === undefined)
      throw validation("Redshift endpoint doesn't exist in this region.");
    checkParameters(request);
    const active = this.store
      .all()
      .filter(
        (each) =>
          !isOver(each.status) &&
          each.clusterIdentifier === request.clusterIdentifier &&
          each.isServerless === request.isServerless,
      );
    if (active.length >= MAX_ACTIVE)
      throw new AwsError(
        "ActiveStatementsExceededException",
        `Active statements exceeded the allowed quota (${MAX_ACTIVE}).`,
      );
    const now = this.#account.clock.now();
    const { sqls, clientToken, ...rest } = request;
    const statement: Statement = {
      ...rest,
      parameters: [...request.parameters],
      id: randomUUID(),
      owner: { arn: principal.arn, accountId: principal.accountId, kind: principal.kind },
      ...(clientToken !== undefined && { clientToken }),
      isEventSent: false,
      status: "SUBMITTED",
      durationNs: 0,
      pid: 0,
      createdAt: now,
      updatedAt: now,
      parts: sqls.map((sql) => ({
        sql,
        status: "SUBMITTED",
        durationNs: 0,
        rows: -1,
        resultBytes: 0,
        hasResult: false,
        queryId: -1,
        createdAt: now,
        updatedAt: now,
      })),
    };
    this.store.save(statement);
    this.#runner.start(statement);
    return submitted(statement);
  }

  /** The statement that the same caller submitted with the same token (B4.3). */
  #repeated(request: StatementRequest, owner: string): Statement | undefined {
    if (request.clientToken === undefined) return undefined;
    const since = this.#account.clock.now() - TOKEN_MS;
    return this.store
      .all()
      .find((each) => each.clientToken === request.clientToken && each.owner.arn === owner && each.createdAt >= since);
  }

  /** The statement of an id, if it is the caller's role's: others do not see it (B6.9). */
  owned(input: Shape, { principal }: CallContext): Statement {
    const { id, part } = parseId(typeof input.Id === "string" ? input.Id : "");
    const statement = this.store.find(id);
    const isThere =
      statement !== undefined &&
      statement.owner.arn === principal.arn &&
      (part === undefined || statement.parts[part] !== undefined);
    if (!isThere)
      throw new AwsError("ResourceNotFoundException", "Query does not exist.", {
        members: { ResourceId: String(input.Id) },
      });
    return statement;
  }

  async cancel(statement: Statement): Promise<Shape> {
    if (isOver(statement.status))
      throw validation(
        `Could not cancel a query that is already in ${statement.status} state with ID: ${statement.id}`,
      );
    await this.#runner.cancel(statement.id);
    return { Status: true };
  }
}

/** Each parameter is used by a statement at least, and each that is used is given (B5.3). */
function checkParameters({ sqls, parameters }: StatementRequest): void {
  const used = new Set(sqls.flatMap((sql) => [...bindParameters(sql, parameters).used]));
  const idle = parameters.find((parameter) => !used.has(parameter.name));
  if (idle !== undefined) throw validation(`Parameter ${idle.name} is not used in the SQL`);
}

function submitted(statement: Statement): Shape {
  return {
    Id: statement.id,
    ...warehouseMember(statement),
    CreatedAt: new Date(statement.createdAt),
    Database: statement.database,
    ...(statement.secretArn !== undefined && { SecretArn: statement.secretArn }),
    ...(statement.dbUser !== undefined && { DbUser: statement.dbUser }),
  };
}
