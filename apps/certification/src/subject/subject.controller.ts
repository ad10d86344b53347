import { timestampDate } from '@bufbuild/protobuf/wkt';
import { GrpcController, type Call, type GrpcHandlers } from '@scs/grpc';
import {
  SubjectService as api,
  type CreateSubjectRequest,
  type DeleteSubjectRequest,
  type GetBadgeRequest,
  type GetSubjectRequest,
  type GetSubjectStatusRequest,
  type ListSubjectsRequest,
  type Subject,
  type UpdateSubjectRequest,
} from '@scs/proto/scs/certification/v1/subject_pb';
import { DomainError } from '@scs/service';
import { SubjectStatusService } from './subject-status.service.ts';
import { fromProtoSubject, toProtoStatus, toProtoSubject } from './subject.convert.ts';
import { SubjectService } from './subject.service.ts';

@GrpcController(api)
export class SubjectController implements GrpcHandlers<typeof api> {
  readonly #subjects: SubjectService;
  readonly #status: SubjectStatusService;
  constructor(subjects: SubjectService, status: SubjectStatusService) {
    this.#subjects = subjects;
    this.#status = status;
  }

  async createSubject({ subjectId, subject }: CreateSubjectRequest, call: Call) {
    return toProtoSubject(await this.#subjects.create(subjectId, fromProtoSubject(subject!), call));
  }

  async getSubject({ name }: GetSubjectRequest, call: Call) {
    return toProtoSubject(await this.#subjects.get(name, call));
  }

  async listSubjects({ pageSize, pageToken }: ListSubjectsRequest, call: Call) {
    const { rows, nextPageToken } = await this.#subjects.list(pageSize, pageToken, call);
    return { subjects: rows.map(toProtoSubject), nextPageToken };
  }

  async updateSubject({ subject, updateMask }: UpdateSubjectRequest, call: Call) {
    const mask = updateMask?.paths.length ? updateMask.paths : givenFields(subject!);
    return toProtoSubject(
      await this.#subjects.update(nameOf(subject!), fromProtoSubject(subject!), mask, call),
    );
  }

  async deleteSubject({ name }: DeleteSubjectRequest, call: Call) {
    await this.#subjects.delete(name, call);
    return {};
  }

  async getSubjectStatus({ name, at }: GetSubjectStatusRequest, call: Call) {
    const {
      subject,
      at: moment,
      standing,
      results,
    } = await this.#status.status(name, at ? timestampDate(at) : null, call);
    return toProtoStatus(subject, moment, standing, results);
  }

  async getBadge({ subject, scope }: GetBadgeRequest) {
    return {
      contentType: 'image/svg+xml; charset=utf-8',
      data: new TextEncoder().encode(await this.#status.badge(subject, scope)),
    };
  }
}

/** Without a mask the fields that are set are meant (AIP-134). */
function givenFields({ displayName, credential, probes, scheduled, public: isPublic }: Subject): string[] {
  return [
    displayName && 'display_name',
    credential.case === 'osCloud' && 'os_cloud',
    credential.case === 'kubeconfig' && 'kubeconfig',
    probes && 'probes',
    scheduled && 'scheduled',
    isPublic && 'public',
  ].filter((path) => typeof path === 'string' && path !== '') as string[];
}

function nameOf({ name }: Subject): string {
  if (/^subjects\/[a-z0-9-]{1,63}$/.test(name)) return name;
  throw new DomainError('invalid', 'INVALID_REQUEST', 'subject.name: must be subjects/{subject}', {
    violations: [{ field: 'subject.name', description: 'must be subjects/{subject}' }],
  });
}
