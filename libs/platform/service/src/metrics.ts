import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const registry = new Registry();
collectDefaultMetrics({ register: registry });
const seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const registers = [registry];

/** The metrics that every service has; names as OpenTelemetry's conventions, own ones with the prefix `scs_cp_`. */
export const metrics = {
  registry,
  buildInfo: new Gauge({
    name: 'scs_cp_build_info',
    help: 'Version of the running service',
    labelNames: ['service', 'version'],
    registers,
  }),
  httpDuration: new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of HTTP requests',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: seconds,
    registers,
  }),
  rpcDuration: new Histogram({
    name: 'rpc_server_call_duration_seconds',
    help: 'Duration of gRPC calls',
    labelNames: ['rpc_method', 'rpc_response_status_code'],
    buckets: seconds,
    registers,
  }),
  authnFailures: new Counter({
    name: 'scs_cp_authn_failures_total',
    help: 'Refused bearer tokens',
    labelNames: ['reason'],
    registers,
  }),
  authzDenials: new Counter({
    name: 'scs_cp_authz_denials_total',
    help: 'Calls without the permission',
    labelNames: ['permission'],
    registers,
  }),
};
