import { Construct } from "constructs";
import { projectResource } from "../../contract/layout.js";
import { arn, functionArn, machineArn, type SourceNames } from "../names.js";
import { invoke, Machine, runMachines } from "./machine.js";

/** load-partition of a source, and the children that are its own. */
export class SourceMachines extends Construct {
  /** @param hasLambda whether a dataset of the source may be converted by the Lambda */
  constructor(
    scope: Construct,
    id: string,
    { names, hasLambda }: { readonly names: SourceNames; readonly hasLambda: boolean },
  ) {
    super(scope, id);
    this.#convertPartition(names, hasLambda);
    this.#updateCatalogue(names);
    this.#loadPartition(names);
  }

  #loadPartition(names: SourceNames): void {
    const functions = ["validate-manifest", "check-report", "publish-parquet", "plan-load", "record-refusal"];
    const children = {
      convertPartition: names.of("convert-partition"),
      updateCatalogue: names.of("update-catalogue"),
      runStatements: projectResource(names.project, "run-statements"),
      takeSnapshot: projectResource(names.project, "take-snapshot"),
    };
    new Machine(this, "LoadPartition", {
      names,
      machine: "load-partition",
      machineName: names.of("load-partition"),
      description: "Loads one batch: validate, convert, publish, load.",
      substitutions: {
        validateManifest: functionArn(names, names.of("validate-manifest")),
        checkReport: functionArn(names, names.of("check-report")),
        publishParquet: functionArn(names, names.of("publish-parquet")),
        planLoad: functionArn(names, names.of("plan-load")),
        recordRefusal: functionArn(names, names.of("record-refusal")),
        convertPartition: machineArn(names, children.convertPartition),
        updateCatalogue: machineArn(names, children.updateCatalogue),
        runStatements: machineArn(names, children.runStatements),
        takeSnapshot: machineArn(names, children.takeSnapshot),
      },
      permissions: [
        invoke(
          names,
          functions.map((name) => names.of(name)),
        ),
        ...runMachines(names, Object.values(children)),
      ],
    });
  }

  #convertPartition(names: SourceNames, hasLambda: boolean): void {
    const job = names.of("partition-to-parquet");
    new Machine(this, "ConvertPartition", {
      names,
      machine: "convert-partition",
      machineName: names.of("convert-partition"),
      description: "Converts one batch: calls the Lambda, or runs the Glue job.",
      substitutions: { convertBatch: functionArn(names, names.of("convert-batch")), glueJob: job },
      permissions: [
        ...(hasLambda ? [invoke(names, [names.of("convert-batch")])] : []),
        {
          actions: ["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"],
          resources: [arn(names, "glue", `job/${job}`)],
        },
      ],
    });
  }

  #updateCatalogue(names: SourceNames): void {
    const database = names.glueDatabase;
    new Machine(this, "UpdateCatalogue", {
      names,
      machine: "update-catalogue",
      machineName: names.of("update-catalogue"),
      description: "Makes a published batch visible in the Data Catalog.",
      substitutions: { crawler: names.crawler, database },
      permissions: [
        {
          actions: ["glue:StartCrawler", "glue:GetCrawler"],
          resources: [arn(names, "glue", `crawler/${names.crawler}`)],
        },
        {
          actions: ["glue:GetTable", "glue:CreatePartition", "glue:UpdatePartition"],
          resources: ["catalog", `database/${database}`, `table/${database}/*`].map((name) => arn(names, "glue", name)),
        },
      ],
    });
  }
}
