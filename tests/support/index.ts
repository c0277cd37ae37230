// What needs no server. Whoever imports servers.ts is a test with servers (see tests/setup/projects.ts).
export { freePort } from './freePort.ts';
export { HOSTILE, isLinear } from './linear.ts';
export { type TemporaryDirectory, temporaryDirectory } from './temporaryDirectory.ts';
export { until } from './until.ts';
