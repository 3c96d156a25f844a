import { signed } from './sign.ts';

const event = signed('qiyu-session-end');
export { event as 'module.exports' };
