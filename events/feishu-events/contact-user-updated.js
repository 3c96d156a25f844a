import { signed } from '../sign.ts';

const event = signed('contact-user-updated');
export { event as 'module.exports' };
