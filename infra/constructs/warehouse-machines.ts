import { Construct } from "constructs";
import { projectResource } from "../../contract/layout.js";
import { arn, type Names } from "../names.js";
import { Machine } from "./machine.js";

export interface WarehouseMachinesProps {
  readonly names: Names;
  readonly clusterIdentifier: string;
  readonly database: string;
  /** Of the user that loads. */
  readonly secretArn: string;
}

/** The machines that every source calls to do something with the warehouse. */
export class WarehouseMachines extends Construct {
  constructor(scope: Construct, id: string, props: WarehouseMachinesProps) {
    super(scope, id);
    this.#runStatements(props);
    this.#takeSnapshot(props);
  }

  #runStatements({ names, clusterIdentifier, database, secretArn }: WarehouseMachinesProps): void {
    new Machine(this, "RunStatements", {
      names,
      machine: "run-statements",
      machineName: projectResource(names.project, "run-statements"),
      description: "Runs SQL through the Data API and waits for its end.",
      substitutions: { clusterIdentifier, database, secretArn },
      permissions: [
        {
          actions: ["redshift-data:ExecuteStatement", "redshift-data:BatchExecuteStatement"],
          resources: [arn(names, "redshift", `cluster:${clusterIdentifier}`)],
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

  #takeSnapshot({ names, clusterIdentifier }: WarehouseMachinesProps): void {
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
}
