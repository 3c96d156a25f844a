import { signed } from './sign.ts';

const event = signed('app-feedback-created');
export { event as 'module.exports' };
