import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Inject } from '@nestjs/common';
import { GrpcController, type GrpcHandlers } from '@scs/grpc';
import {
  ScopeService,
  type DiffScopeVersionsRequest,
  type GetScopeRequest,
  type GetValidityRequest,
} from '@scs/proto/scs/certification/v1/scope_pb';
import { DomainError } from '@scs/service';
import { diffVersions } from '@scs/standards';
import { CLOCK, type Clock } from '../tokens.ts';
import { ScopeCatalogue } from './scope-catalogue.ts';
import { toProtoDiff, toProtoScope, toProtoValidityReport } from './scope.convert.ts';

/** Scopes are data that came with the product: nothing here needs a service of its own. */
@GrpcController(ScopeService)
export class ScopeController implements GrpcHandlers<typeof ScopeService> {
  readonly #catalogue: ScopeCatalogue;
  readonly #clock: Clock;
  constructor(catalogue: ScopeCatalogue, @Inject(CLOCK) clock: Clock) {
    this.#catalogue = catalogue;
    this.#clock = clock;
  }

  async listScopes() {
    return { scopes: this.#catalogue.all.map((scope) => toProtoScope(scope, this.#clock())) };
  }

  async getScope({ name }: GetScopeRequest) {
    return toProtoScope(this.#catalogue.get(idOf(name)), this.#clock());
  }

  async diffScopeVersions({ name, fromVersion, toVersion }: DiffScopeVersionsRequest) {
    try {
      return toProtoDiff(diffVersions(this.#catalogue.get(idOf(name)), fromVersion, toVersion));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new DomainError('not-found', 'VERSION_UNKNOWN', error.message, {
        metadata: { fromVersion, toVersion },
      });
    }
  }

  async getValidity({ at }: GetValidityRequest) {
    return toProtoValidityReport(this.#catalogue.all, at ? timestampDate(at) : this.#clock());
  }
}

const idOf = (name: string): string => name.slice('scopes/'.length);
