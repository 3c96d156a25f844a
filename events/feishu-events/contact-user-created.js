import { signed } from '../sign.ts';

const event = signed('contact-user-created');
export { event as 'module.exports' };
