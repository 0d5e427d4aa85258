import type { Clock, Hands, Hash, SessionId, Workspace } from '@tabwright/protocol'
import type { LiveUpdate } from '../core/live'
import type { ModelChoice, Ports, Preview, ShellTurns } from '../core/ports'
import { shellTurns } from './shell-turns'
import { utf8 } from './text-utf8'
import { compileExpression } from '../io/expression-re2'
import type { SessionStore } from '../io/session-store'
import { changesOf } from '../workspace/diff-lines'

/** What differs from tab to tab and from test to test; the rest is the same everywhere. */
export interface Parts {
  readonly session: SessionId
  readonly store: SessionStore
  readonly workspace: Workspace
  readonly hands: Hands
  readonly model: () => ModelChoice
  readonly preview: Preview
  readonly clock: Clock
  readonly hash: Hash
  readonly live: (update: LiveUpdate) => void
  readonly shell: ShellTurns
}

export { shellTurns }

/** Ports for the core from parts of this platform. */
export function composePorts({ store, ...parts }: Parts): Ports {
  return {
    ...parts,
    log: store,
    text: utf8,
    expression: compileExpression,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    describe: (delta) => changesOf(delta, parts.workspace),
  }
}
