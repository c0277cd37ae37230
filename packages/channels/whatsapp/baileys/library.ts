export { forgetSession, openSession } from './auth.ts';
export { connectWhatsapp } from './connection.ts';
export { leftOverMessages } from './journalled.ts';
