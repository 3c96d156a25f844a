import { signed } from './sign.ts';

const event = signed('youzan-refund-created');
export { event as 'module.exports' };
