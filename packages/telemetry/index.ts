export { createDependencies, type Dependencies } from './dependencies.ts';
export { inTime } from './inTime.ts';
export { createLog, type Log } from './log.ts';
export { createMetrics, type Metrics } from './metrics.ts';
