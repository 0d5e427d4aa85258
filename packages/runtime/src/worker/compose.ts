import type { Clock, Hands, Hash, Random, SessionId, Workspace } from '@tabwright/protocol'
import { circuitsInMemory, createBreaker, type CircuitStore } from '../core/breaker'
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
  /** Where the breaker keeps what it knows of addresses. Default: with this worker. */
  readonly circuits?: CircuitStore
}

export { shellTurns }

/** Ports for the core from parts of this platform. */
export function composePorts({ store, circuits = circuitsInMemory(), ...parts }: Parts): Ports {
  const random: Random = (bytes) => crypto.getRandomValues(new Uint8Array(bytes))
  return {
    ...parts,
    log: store,
    snapshots: store.snapshots,
    breaker: createBreaker(circuits, { clock: parts.clock, random }),
    text: utf8,
    expression: compileExpression,
    random,
    describe: (delta) => changesOf(delta, parts.workspace),
  }
}
