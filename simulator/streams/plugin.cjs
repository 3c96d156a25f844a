'use strict';

const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const neverLocal = new Set(['deploy', 'remove', 'rollback']);
const bundling = new Set(['offline', 'invoke']);

/** The framework loads plugins as CommonJS; everything but this loader is TypeScript, run by Node itself. */
module.exports = class LocalStreams {
  constructor(serverless, options) {
    let stop;
    // Kept from the start: the bundler points serviceDir at its bundles before a local invocation.
    const home = serverless.serviceDir;
    const refuseLocal = () => {
      const [command] = serverless.processedInput.commands;
      if (serverless.service.provider.stage !== 'local' || !neverLocal.has(command)) return;
      throw new serverless.classes.Error(
        `stage "local" is the one on your machine, nothing of it stands on AWS: ${command} needs --stage, e.g. --stage prod`,
        'LOCAL_STAGE',
      );
    };
    // Bundles are CommonJS named .js, as on Lambda; without this our own "type": "module" would reach them.
    const markBundles = () => {
      const folder = join(home, serverless.service.custom?.esbuild?.outputWorkFolder ?? '.esbuild');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
    };
    const start = async () => {
      markBundles();
      const { startStreams } = await import('./plugin.ts');
      stop ??= await startStreams(serverless, options);
    };
    // The bundler keeps a failed `offline` or `invoke local` alive for ever; the error is printed first.
    const endAfterError = () => {
      if (bundling.has(serverless.processedInput.commands[0])) setTimeout(() => process.exit(1), 200).unref();
    };
    this.hooks = {
      initialize: refuseLocal,
      error: endAfterError,
      // Before serverless-offline starts: `serverless offline` never returns from its own hook.
      'before:offline:start': start,
      'before:offline:start:init': start,
      'before:invoke:local:invoke': markBundles,
      'offline:start:end': async () => {
        await stop?.();
      },
    };
  }
};
