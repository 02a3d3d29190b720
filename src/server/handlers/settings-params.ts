import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json-value.ts';
import type { Params } from '../params.ts';
import { sandboxNamed } from '../store/home-config.ts';
import type { ThreadSettings } from '../store/thread-settings.ts';

/** The settings that a client asks for in its request; those that it does not name are missing. */
export function settingsAskedFor(params: Params): Partial<ThreadSettings> {
  const cwd = params.optionalString('cwd');
  const effort = params.optionalString('effort');
  return {
    ...named('model', params.optionalString('model')),
    ...(cwd !== null && { cwd, workspaceRoots: [cwd] }),
    ...named('approvalPolicy', params.raw('approvalPolicy')),
    ...named('approvalsReviewer', params.optionalString('approvalsReviewer')),
    ...named('serviceTier', params.optionalString('serviceTier')),
    ...(effort !== null && { reasoningEffort: effort }),
    ...named('sandbox', sandboxOf(params.raw('sandbox') ?? params.raw('sandboxPolicy'))),
  };
}

function named<Name extends string, Value>(name: Name, value: Value | null): { [name in Name]?: Value } {
  return value === null ? {} : ({ [name]: value } as { [name in Name]: Value });
}

/** A sandbox by its mode, or as it is. */
function sandboxOf(value: JsonValue): JsonObject | null {
  if (typeof value === 'string') return sandboxNamed(value);
  return isJsonObject(value) ? value : null;
}
