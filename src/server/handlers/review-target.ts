import type { JsonObject } from '../../json/json-value.ts';
import type { Params } from '../params.ts';
import { invalidRequest, RequestError } from '../request-error.ts';
import type { ReviewTarget } from '../turns/review.ts';

/** Reads what a `review/start` is to look at. @throws {RequestError} when it does not say it, or wants it in a thread of its own */
export function readReviewTarget(params: Params): ReviewTarget {
  const delivery = params.optionalString('delivery') ?? 'inline';
  if (delivery !== 'inline') throw invalidRequest(`unknown variant \`${delivery}\`, expected \`inline\``);
  const named = params.object('target', 'ReviewTarget');
  const target = params.raw('target') as JsonObject;
  const text = (name: string) => named.string(name).trim();
  const findings = 'provide prioritized findings.';
  switch (named.oneOf('type', ['uncommittedChanges', 'baseBranch', 'commit', 'custom'])) {
    case 'uncommittedChanges': {
      const prompt = `Review the current code changes (staged, unstaged, and untracked files) and ${findings}`;
      return { target, hint: 'current changes', prompt };
    }
    case 'baseBranch': {
      const branch = text('branch');
      if (branch === '') throw new RequestError('branch must not be empty');
      const against = `changes against '${branch}'`;
      return { target, hint: against, prompt: `Review the code ${against} and ${findings}` };
    }
    case 'commit': {
      const [sha, title] = [text('sha'), named.optionalString('title')];
      if (sha === '') throw new RequestError('sha must not be empty');
      const isTitled = title !== null && title !== '';
      const hint = `commit ${sha.slice(0, 7)}${isTitled ? `: ${title}` : ''}`;
      const called = `${sha}${isTitled ? ` ("${title}")` : ''}`;
      const prompt = `Review the code changes introduced by commit ${called}. Provide prioritized, actionable findings.`;
      return { target, hint, prompt };
    }
    case 'custom': {
      const instructions = text('instructions');
      if (instructions === '') throw new RequestError('instructions must not be empty');
      return { target: { ...target, instructions }, hint: instructions, prompt: instructions };
    }
    default:
      throw invalidRequest('missing field `type`');
  }
}
