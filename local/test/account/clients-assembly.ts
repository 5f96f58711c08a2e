import { lambda, role, writeAssembly } from "./small-assembly.js";

/** A resource of each service that a client may ask for. @returns the folder */
export const writeClientsAssembly = () =>
  writeAssembly({
    resources: {
      Bucket: {
        Type: "AWS::S3::Bucket",
        Properties: { BucketName: "data-bucket", VersioningConfiguration: { Status: "Enabled" } },
      },
      Role: role("echo-role", [], { service: ["lambda.amazonaws.com", "states.amazonaws.com"] }),
      Echo: lambda("echo", "Role", { Environment: { Variables: { GREETING: "hello" } } }),
      Cluster: {
        Type: "AWS::Redshift::Cluster",
        Properties: {
          ClusterIdentifier: "wh",
          DBName: "analytics",
          NodeType: "ra3.large",
          ClusterType: "multi-node",
          NumberOfNodes: 2,
          MasterUsername: "boss",
          ManageMasterPassword: true,
        },
      },
      Machine: {
        Type: "AWS::StepFunctions::StateMachine",
        Properties: {
          StateMachineName: "pass",
          RoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
          DefinitionString: JSON.stringify({
            QueryLanguage: "JSONata",
            StartAt: "End",
            States: { End: { Type: "Succeed" } },
          }),
        },
      },
      Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: "alerts" } },
      Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "failed" } },
      Secret: {
        Type: "AWS::SecretsManager::Secret",
        Properties: {
          Name: "app/user",
          GenerateSecretString: {
            SecretStringTemplate: '{"username":"me"}',
            GenerateStringKey: "password",
            ExcludeCharacters: "/@\"'\\:",
          },
        },
      },
      Rule: {
        Type: "AWS::Events::Rule",
        Properties: {
          Name: "to-queue",
          EventPattern: { source: ["test"] },
          Targets: [{ Id: "queue", Arn: { "Fn::GetAtt": ["Queue", "Arn"] } }],
        },
      },
      QueuePolicy: {
        Type: "AWS::SQS::QueuePolicy",
        Properties: {
          Queues: [{ Ref: "Queue" }],
          PolicyDocument: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "events.amazonaws.com" },
                Action: "sqs:SendMessage",
                Resource: { "Fn::GetAtt": ["Queue", "Arn"] },
              },
            ],
          },
        },
      },
    },
    code: {
      echo: {
        "index.js": `exports.handler = async (event, context) => {
        if (event.fail) { const error = new Error("as asked"); error.name = "AsAsked"; throw error; }
        console.log("seen", event.text);
        return { event, greeting: process.env.GREETING, name: context.functionName, left: context.getRemainingTimeInMillis() > 0 };
      };`,
      },
    },
  });
