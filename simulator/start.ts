import { checkConfig } from '../config/check.ts';
import { addDays, dayOf } from '../shared/calendar/day.ts';
import { AppError } from '../shared/errors.ts';
import { compressedDay, playDay, trickle } from './after-sales.ts';
import { isTaken } from './is-taken.ts';
import { openForBusiness } from './opening.ts';
import { localPorts, type Ports, type Stack, startStack } from './stack.ts';
import { wordsToTry } from './start-words.ts';

const say = (line: string): void => {
  console.log(`  ${line}`);
};

const variableOf: Readonly<Record<keyof Ports, string>> = {
  dynamodb: 'ZHIDA_DYNAMODB_PORT',
  feishu: 'ZHIDA_FEISHU_PORT',
  http: 'ZHIDA_HTTP_PORT',
  lambda: 'ZHIDA_LAMBDA_PORT',
  bi: 'ZHIDA_BI_PORT',
  wecom: 'ZHIDA_WECOM_PORT',
};

const parts = ['dynamodb', 'feishu', 'http', 'lambda', 'bi', 'wecom'] as const;

/** Before anything starts: a port that somebody else has, and how to use another. */
const refuseTakenPorts = async (ports: Ports): Promise<void> => {
  const taken: string[] = [];
  for (const [part, port] of Object.entries(ports)) if (await isTaken(port)) taken.push(`${part} ${port}`);
  if (taken.length === 0) return;
  console.error(`端口已被占用 / port taken: ${taken.join(', ')}`);
  console.error(`换一个端口再试 / choose another: ${Object.values(variableOf).join(', ')}`);
  process.exit(1);
};

/** The commands above run in another terminal, which must know other ports too. */
const elsewhere = (ports: Ports): string => {
  const chosen = parts.filter((part) => process.env[variableOf[part]] !== undefined);
  if (chosen.length === 0) return '';
  const variables = chosen.map((part) => `${variableOf[part]}=${ports[part]}`).join(' ');
  return `  新终端里先运行  export ${variables}\n`;
};

const day = { cases: 300, seconds: 300 } as const;

/** A day of after-sales while somebody looks, and a case now and then for as long as it runs. */
const playAfterSales = async (stack: Stack): Promise<void> => {
  await playDay(stack, compressedDay(day));
  trickle(stack, day);
};

const main = async (): Promise<void> => {
  await checkConfig();
  const ports = localPorts();
  await refuseTakenPorts(ports);
  console.log('\nZhida 直达 · 本机启动\n');
  const noteworthy = /"level":"(?:warn|error)"|Error|✖/;
  const stack = await startStack({
    ports,
    say,
    onOutput: (line) => {
      if (noteworthy.test(line) || process.env['ZHIDA_VERBOSE']) console.log(`    ${line}`);
    },
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    console.log('\n  正在停止 …');
    void stack.close().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  await openForBusiness(stack, say);
  console.log(`
  飞书（模拟）   ${stack.feishu.url}        浏览器打开，选一个人，看今天的晨报
  工作台网页     ${stack.httpUrl}/workbench        在飞书的「工作台」里点「直达」，已登录；单独打开则先选账号
  事件回调       ${stack.httpUrl}/feishu/events
  卡片回调       ${stack.httpUrl}/feishu/cards
  指标上报       ${stack.httpUrl}/metrics/bi
  工单来源       ${stack.httpUrl}/tickets/{youzan,doudian,qiyu,wecom,app}
  DynamoDB       ${stack.dynamodb.endpoint}
  BI (只读)      ${stack.bi.url}

  管理员操作     npx serverless invoke local -f digest -d '{"do":"preview","person":"林知夏"}'
  看卡片到达     npx serverless invoke local -f digest -d '{"do":"run","date":"${addDays(dayOf(Date.now()), -1)}","confirm":true}'
  看预警与跟进   npx serverless invoke local -f metric-intake -p events/metric-intake/batch-complaints.js   （看冯知秋的会话）
  自检           npx serverless invoke local -f ops -d '{"do":"doctor","brief":true}'
${wordsToTry(day, dayOf(Date.now()))}
${elsewhere(ports)}  按 Ctrl-C 停止\n`);
  await playAfterSales(stack);
};

main().catch((error: unknown) => {
  console.error(error instanceof AppError ? `${error.code}: ${error.message}` : error);
  process.exit(1);
});
