import { signed } from './sign.ts';

const event = signed('wecom-notify');
export { event as 'module.exports' };
