import { signed } from './sign.ts';

const event = signed('doudian-probe');
export { event as 'module.exports' };
