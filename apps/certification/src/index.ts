export { certificationServices, startCertification } from './certification.ts';
export { configSchema, type Config } from './config.ts';
