import type { HookServerAddress } from '@scs/cluster-stacks';
import { registerHooks } from './extension-config.ts';
import {
  startHookServer,
  type HookCertificates,
  type HookServer,
  type HookServerOptions,
} from './hook.server.ts';

export interface HooksOptions extends Omit<HookServerOptions, 'certificates'> {
  certificates: HookCertificates & {
    /** PEM; undefined where somebody else, such as cert-manager, puts it into the ExtensionConfig. */
    readonly caBundle: string | undefined;
  };
  /** Where Cluster API reaches the server. Left out: the ExtensionConfig is somebody else's, of the chart or of a person. */
  address?: HookServerAddress | undefined;
  /** The only one that is looked after; Cluster API asks for no others then. */
  namespace?: string | undefined;
}

const retryMs = 30_000;

/**
 * Serves the hooks and keeps them registered, where that is ours to do: again when the certificates change, and until it comes through, as
 * Cluster API may be installed later.
 */
export async function startHooks(options: HooksOptions): Promise<HookServer> {
  const { certificates, address, client, logger, namespace } = options;
  const server = await startHookServer(options);
  let timer: NodeJS.Timeout | undefined;
  const register = async (): Promise<void> => {
    clearTimeout(timer);
    if (!address || !certificates.caBundle) return;
    try {
      await registerHooks(client, address, certificates.caBundle, namespace);
      logger.info({ address }, 'the hooks are registered at Cluster API');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ reason }, 'the hooks could not be registered at Cluster API, and are tried again');
      timer = setTimeout(() => void register(), retryMs);
      timer.unref();
    }
  };
  const forget = certificates.onChange(() => void register());
  void register();
  return {
    port: server.port,
    async close() {
      forget();
      clearTimeout(timer);
      await server.close();
    },
  };
}
