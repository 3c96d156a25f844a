import { signed } from './sign.ts';

const event = signed('qiyu-agent');
export { event as 'module.exports' };
