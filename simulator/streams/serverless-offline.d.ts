// serverless-offline ships no types; this is the part that runs functions.
declare module 'serverless-offline/lambda' {
  type LambdaFunction = {
    setEvent: (event: unknown) => void;
    runHandler: () => Promise<unknown>;
  };
  export default class Lambda {
    constructor(serverless: unknown, options: object);
    create(lambdas: readonly { functionKey: string; functionDefinition: unknown }[]): void;
    get(functionKey: string): LambdaFunction;
    cleanup(): Promise<void>;
  }
}
