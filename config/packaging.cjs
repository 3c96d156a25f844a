'use strict';

const usesConfig = new Set(['package', 'deploy', 'offline', 'invoke local']);

/** What must be right before anything is packaged or started: config/*.ts, and one role per function. */
module.exports = class Packaging {
  constructor(serverless) {
    const checkConfig = async () => {
      const [command = '', part = ''] = serverless.processedInput.commands;
      if (!usesConfig.has(command) && !usesConfig.has(`${command} ${part}`)) return;
      const { checkConfig: check } = await import('./check.ts');
      try {
        await check();
      } catch (error) {
        throw new serverless.classes.Error(error.message, error.code ?? 'INVALID_CONFIG');
      }
    };
    // The framework's shared role may read every stream; nobody uses it once each function has its own.
    const dropSharedRole = () => {
      const { Resources } = serverless.service.provider.compiledCloudFormationTemplate;
      delete Resources.IamRoleLambdaExecution;
    };
    this.hooks = { initialize: checkConfig, 'before:package:finalize': dropSharedRole };
  }
};
