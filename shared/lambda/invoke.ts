import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

let shared: LambdaClient | undefined;
const client = (): LambdaClient => (shared ??= new LambdaClient({ maxAttempts: 3 }));

/** Wakes another function and doesn't wait for it: Lambda has the event when this returns. */
export const wakeFunction = async (functionName: string): Promise<void> => {
  await client().send(
    new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload: '{}' }),
  );
};
