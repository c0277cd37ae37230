export * from './calendar.ts';
export * from './event.ts';
export * from './people.ts';
export * from './policy.ts';
export * from './privacy.ts';
export * from './time.ts';
