'use strict';

const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const neverLocal = new Set(['deploy', 'remove', 'rollback']);
const bundling = new Set(['offline', 'invoke']);

/** The framework loads plugins as CommonJS; everything but this loader is TypeScript, run by Node itself. */
module.exports = class LocalStreams {
  constructor(serverless, options) {
    this.serverless = serverless;
    this.options = options;
    // Kept from the start: the bundler points serviceDir at its bundles before a local invocation.
    this.home = serverless.serviceDir;
    const start = () => this.start();
    this.hooks = {
      initialize: () => this.refuseLocal(),
      error: () => this.endAfterError(),
      // Before serverless-offline starts: `serverless offline` never returns from its own hook.
      'before:offline:start': start,
      'before:offline:start:init': start,
      'before:invoke:local:invoke': () => {
        this.markBundles();
        this.endWithReader();
      },
      'offline:start:end': () => this.stop?.(),
    };
  }

  get command() {
    return this.serverless.processedInput.commands[0];
  }

  refuseLocal() {
    const { service, classes } = this.serverless;
    if (service.provider.stage !== 'local' || !neverLocal.has(this.command)) return;
    throw new classes.Error(
      `stage "local" is the one on your machine, nothing of it stands on AWS: ${this.command} needs --stage, e.g. --stage prod`,
      'LOCAL_STAGE',
    );
  }

  /** The bundler keeps a failed `offline` or `invoke local` alive for ever; the error is printed first. */
  endAfterError() {
    if (bundling.has(this.command)) setTimeout(() => process.exit(1), 200).unref();
  }

  /** Whoever reads the answer may stop early (`| head`); nothing else would end the invocation then. */
  endWithReader() {
    process.stdout.on('error', () => process.exit(0));
  }

  /** Bundles are CommonJS named .js, as on Lambda; without this our own "type": "module" would reach them. */
  markBundles() {
    const folder = join(this.home, this.serverless.service.custom?.esbuild?.outputWorkFolder ?? '.esbuild');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  }

  async start() {
    this.markBundles();
    const { startStreams } = await import('./plugin.ts');
    this.stop ??= await startStreams(this.serverless, this.options);
  }
};
