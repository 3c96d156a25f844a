import { signed } from './sign.ts';

const event = signed('youzan-refund-success');
export { event as 'module.exports' };
