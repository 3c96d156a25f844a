import { signed } from './sign.ts';

const event = signed('qiyu-customer');
export { event as 'module.exports' };
