export { connectJobs, handles, type JobDeclaration, type JobHandler, type Jobs } from './jobs.ts';
