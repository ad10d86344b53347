import { grpcClient } from '@scs/grpc';
import {
  EvaluationService,
  Evaluation_State,
  Result,
  type Evaluation,
} from '@scs/proto/scs/certification/v1/evaluation_pb';
import { SubjectService } from '@scs/proto/scs/certification/v1/subject_pb';
import { DomainError } from '@scs/service';

/** Registers the sandbox cloud where it is not yet, evaluates it with probes as any client would, and gives the evaluation. */
export async function certifySandbox(
  address: string,
  token: string,
  onProgress: (step: string) => void,
): Promise<Evaluation> {
  const subjects = grpcClient(SubjectService, address);
  const evaluations = grpcClient(EvaluationService, address);
  try {
    const subject = {
      displayName: 'Sandbox cloud',
      credential: { case: 'osCloud', value: 'sandbox' } as const,
      probes: true,
      scheduled: true,
      public: true,
    };
    const isKnown = await subjects.createSubject({ subjectId: 'sandbox', subject }, { token }).then(
      () => false,
      (error: unknown) => {
        if (error instanceof DomainError && error.reason === 'SUBJECT_EXISTS') return true;
        throw error;
      },
    );
    const name = 'subjects/sandbox';
    const { evaluations: list } = await evaluations.listEvaluations({ parent: name, pageSize: 1 }, { token });
    // A new subject is evaluated at once.
    let last =
      isKnown || !list[0] ? await evaluations.evaluateSubject({ subject: name }, { token }) : list[0];
    for await (const evaluation of evaluations.watchEvaluation({ name: last.name }, { token })) {
      last = evaluation;
      if (evaluation.progress) onProgress(evaluation.progress.step);
    }
    return last;
  } finally {
    subjects.close();
    evaluations.close();
  }
}

/** What an evaluation says, in a few lines for people. */
export function describe(evaluation: Evaluation): string {
  if (evaluation.state !== Evaluation_State.DONE)
    return `${Evaluation_State[evaluation.state].toLowerCase()}: ${evaluation.error}`;
  const lines = evaluation.versions.map(({ version, result, testcases, decidedBy }) => {
    const verdicts = Object.values(testcases);
    const passed = verdicts.filter((verdict) => verdict === Result.PASS).length;
    const mark = version === evaluation.version ? '*' : ' ';
    const why = decidedBy.length > 0 ? `, decided by ${decidedBy.join(', ')}` : '';
    return `  ${mark} ${version.padEnd(5)} ${Result[result].padEnd(5)} ${passed} of ${verdicts.length} test cases pass${why}`;
  });
  const findings = evaluation.findingCount === 1 ? '1 finding' : `${evaluation.findingCount} findings`;
  return [...lines, `  ${evaluation.requests} requests, ${findings}`].join('\n');
}
