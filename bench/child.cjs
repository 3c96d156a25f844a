// Stands in for the Lambda runtime: loads one bundle, handles the calls of a file one after another, and tells when
// the first was acknowledged and how long those after the warm-up took.
const { readFileSync, writeSync } = require('node:fs');
const [bundle, file, warmUp] = process.argv.slice(2);
const { handler } = require(bundle);
const calls = JSON.parse(readFileSync(file, 'utf8'));

// A pipe of its own: an IPC channel or a stream would cost every start milliseconds that Lambda doesn't have.
const tell = (message) => writeSync(3, `${JSON.stringify(message)}\n`);

const acknowledge = async (call) => {
  const reply = await handler(call, {});
  if (reply.statusCode !== 200) throw new Error(`answered ${reply.statusCode}: ${reply.body}`);
};

const run = async () => {
  await acknowledge(calls[0]);
  tell({ first: true });
  for (const call of calls.slice(1, Number(warmUp))) await acknowledge(call);
  const started = process.hrtime.bigint();
  const measured = calls.slice(Number(warmUp));
  for (const call of measured) await acknowledge(call);
  tell({ count: measured.length, ms: Number(process.hrtime.bigint() - started) / 1e6 });
};

run().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
