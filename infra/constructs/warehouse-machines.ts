import { Construct } from "constructs";
import { projectResource } from "../../contract/layout.js";
import { passingPattern } from "../../state-machines/passing-errors.js";
import { arn, type Names } from "../names.js";
import { type WarehouseTarget, warehouseArn } from "../warehouse-target.js";
import { Machine } from "./machine.js";

export interface WarehouseMachinesProps {
  readonly names: Names;
  readonly target: WarehouseTarget;
  /** Of the user that loads. */
  readonly secretArn: string;
}

/** The machines that every source calls to do something with the warehouse; the same names whatever it is. */
export class WarehouseMachines extends Construct {
  constructor(scope: Construct, id: string, { names, target, secretArn }: WarehouseMachinesProps) {
    super(scope, id);
    this.#runStatements(names, target, secretArn);
    if (target.kind === "cluster") this.#takeSnapshot(names, target.clusterIdentifier);
    else this.#takeServerlessSnapshot(names, target);
  }

  #runStatements(names: Names, target: WarehouseTarget, secretArn: string): void {
    new Machine(this, "RunStatements", {
      names,
      machine: "run-statements",
      machineName: projectResource(names.project, "run-statements"),
      description: "Runs SQL through the Data API and waits for its end.",
      substitutions: {
        ...(target.kind === "cluster"
          ? { warehouseMember: "ClusterIdentifier", warehouse: target.clusterIdentifier }
          : { warehouseMember: "WorkgroupName", warehouse: target.workgroup }),
        database: target.database,
        secretArn,
        schema: names.schema,
        passingErrors: passingPattern("recovery"),
        rotationErrors: passingPattern("rotation"),
      },
      permissions: [
        {
          actions: ["redshift-data:ExecuteStatement", "redshift-data:BatchExecuteStatement"],
          resources: [warehouseArn(names, target)],
        },
        {
          // These know no resource; a statement belongs to the role that submitted it (B6.7, B6.9).
          actions: [
            "redshift-data:DescribeStatement",
            "redshift-data:GetStatementResult",
            "redshift-data:CancelStatement",
          ],
          resources: ["*"],
        },
        // The Data API reads the secret as its caller (B6.1).
        { actions: ["secretsmanager:GetSecretValue"], resources: [secretArn] },
      ],
    });
  }

  #takeSnapshot(names: Names, clusterIdentifier: string): void {
    new Machine(this, "TakeSnapshot", {
      names,
      machine: "take-snapshot",
      machineName: projectResource(names.project, "take-snapshot"),
      description: "Takes a manual snapshot of the warehouse.",
      substitutions: { clusterIdentifier },
      permissions: [
        {
          actions: ["redshift:CreateClusterSnapshot"],
          resources: [
            arn(names, "redshift", `cluster:${clusterIdentifier}`),
            arn(names, "redshift", `snapshot:${clusterIdentifier}/*`),
          ],
        },
        // Knows no resource.
        { actions: ["redshift:DescribeClusterSnapshots"], resources: ["*"] },
      ],
    });
  }

  #takeServerlessSnapshot(names: Names, target: Extract<WarehouseTarget, { kind: "workgroup" }>): void {
    new Machine(this, "TakeSnapshot", {
      names,
      machine: "take-serverless-snapshot",
      machineName: projectResource(names.project, "take-snapshot"),
      description: "Takes a snapshot of the warehouse's namespace.",
      substitutions: { namespace: target.namespace },
      permissions: [
        {
          // Creating one asks for the namespace and the snapshot, whose ARN ends in an id that AWS chooses.
          actions: ["redshift-serverless:CreateSnapshot"],
          resources: [target.namespaceArn, arn(names, "redshift-serverless", "snapshot/*")],
        },
        {
          actions: ["redshift-serverless:GetSnapshot", "redshift-serverless:ListSnapshots"],
          resources: [arn(names, "redshift-serverless", "snapshot/*")],
        },
      ],
    });
  }
}
