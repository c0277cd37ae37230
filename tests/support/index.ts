// Without servers. Importing servers.ts puts a test into a project with servers (tests/setup/projects.ts).
export { freePort } from './freePort.ts';
export { HOSTILE, isLinear } from './linear.ts';
export { type TemporaryDirectory, temporaryDirectory } from './temporaryDirectory.ts';
export { until } from './until.ts';
