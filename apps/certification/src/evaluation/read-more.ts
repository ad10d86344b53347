import { grpcClient, type GrpcClient } from '@scs/grpc';
import { SearchService } from '@scs/proto/scs/docs/v1/search_pb';
import type { Logger } from '@scs/service';

/** A section of the documentation. */
export interface ReadMoreLink {
  title: string;
  page: string;
  anchor: string;
  url: string;
}

/** Asked anew after this time: pages move; and what is not explained yet may soon be. */
const keptMs = 5 * 60_000;
const unknownKeptMs = 30_000;
/** A list of findings does not wait longer for links that it can do without. */
const timeoutMs = 1000;
/** What one answer of docs-search holds. */
const together = 10;

/** Where the documentation explains test cases: what is public there, so that one answer serves every caller. */
export class ReadMore {
  readonly #client: GrpcClient<typeof SearchService> | undefined;
  readonly #logger: Logger;
  readonly #clock: () => Date;
  readonly #known = new Map<string, { link: ReadMoreLink | undefined; at: number }>();
  constructor(address: string | undefined, logger: Logger, clock: () => Date) {
    this.#client = address === undefined ? undefined : grpcClient(SearchService, address);
    this.#logger = logger;
    this.#clock = clock;
  }

  /** By test case; those that nothing explains, or that docs-search cannot say in time, are missing. */
  async links(testcases: readonly string[]): Promise<ReadonlyMap<string, ReadMoreLink>> {
    const wanted = [...new Set(testcases)];
    const now = this.#clock().getTime();
    const unknown = wanted.filter((testcase) => {
      const known = this.#known.get(testcase);
      return !known || now - known.at > (known.link ? keptMs : unknownKeptMs);
    });
    const chunks = Array.from({ length: Math.ceil(unknown.length / together) }, (_, number) =>
      unknown.slice(number * together, (number + 1) * together),
    );
    await Promise.all(chunks.map((chunk) => this.#ask(chunk)));
    return new Map(
      wanted.flatMap((testcase) => {
        const link = this.#known.get(testcase)?.link;
        return link ? [[testcase, link]] : [];
      }),
    );
  }

  close(): void {
    this.#client?.close();
  }

  async #ask(testcases: readonly string[]): Promise<void> {
    if (!this.#client) return;
    try {
      const { errors } = await this.#client.resolveError({ text: testcases.join('\n') }, { timeoutMs });
      const at = this.#clock().getTime();
      for (const testcase of testcases) {
        const found = errors.find((error) => error.testcase === testcase);
        const hit = found?.remedy ?? found?.explanation;
        const link = hit && { title: hit.title, page: hit.page, anchor: hit.anchor, url: hit.url };
        this.#known.set(testcase, { link, at });
      }
    } catch (error) {
      this.#logger.warn(
        { reason: (error as Error).message },
        'docs-search cannot say where findings are explained',
      );
    }
  }
}
