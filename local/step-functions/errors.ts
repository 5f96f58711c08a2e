import { AwsError } from "../call/call.js";

/** The service's errors, with AWS's texts. */
export function executionAlreadyExists(arn: string): AwsError {
  return new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
}

export function executionDoesNotExist(arn: string): AwsError {
  return new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
}

export function stateMachineDoesNotExist(arn: string): AwsError {
  return new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
}

export function invalidArn(arn: string): AwsError {
  return new AwsError("InvalidArn", `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
}

export function invalidName(name: string): AwsError {
  return new AwsError("InvalidName", `Invalid Name: '${name}'`);
}

export function invalidInput(why: string): AwsError {
  return new AwsError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${why}'`);
}

export function invalidOutput(why: string): AwsError {
  return new AwsError("InvalidOutput", `Invalid Output: '${why}'`);
}

export function invalidToken(): AwsError {
  return new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
}

export function taskTimedOut(): AwsError {
  return new AwsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
}

export function notRedrivable(why: string): AwsError {
  return new AwsError("ExecutionNotRedrivable", why);
}

export function validation(why: string): AwsError {
  return new AwsError("ValidationException", why);
}
