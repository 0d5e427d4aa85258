import {
  DEFAULT_GUARDS,
  DEFAULT_LIMITS,
  NO_QUALITY,
  type Clock,
  type GuardLevels,
  type Hands,
  type Hash,
  type Limits,
  type QualityWish,
  type Random,
  type SessionId,
  type Workspace,
} from '@tabwright/protocol'
import type { Diagnostics } from '../core/diagnostics'
import type { Sight } from '../core/tool'
import { circuitsInMemory, createBreaker, type CircuitStore } from '../core/breaker'
import type { Network } from '../core/network'
import type { Functions } from '../core/functions/functions'
import type { HookPorts } from '../core/hooks/hook-ports'
import type { Span } from '../core/spans'
import type { OfferingPrograms } from './relay/sandbox-programs'
import { daySpendingInMemory, type DaySpending } from '../core/limits/day-spending'
import type { LiveUpdate } from '../core/live'
import { modelMemory, type ModelMemory } from '../core/model-traits'
import type { Places } from '../core/places'
import type { ModelChoice, Ports, Preview, ShellTurns } from '../core/ports'
import { noRuleBook, type RuleBook } from '../core/rule-book'
import type { WebcontainerHands } from '../hands/webcontainer/webcontainer-hands'
import type { DirectoryCalls } from './directory-places'
import { shellTurns } from './shell-turns'
import { utf8 } from './text-utf8'
import { compileExpression } from '../io/expression-re2'
import { pageReader } from '../io/pages/page-reader'
import { shownPicture } from '../io/picture-canvas'
import type { SessionStore } from '../io/session-store'
import { readCommandLine } from '../shell/language/command-line'
import { changesOf } from '../workspace/diff-lines'

/** What differs from tab to tab and from test to test; the rest is the same everywhere. */
export interface Parts {
  readonly session: SessionId
  readonly store: SessionStore
  readonly workspace: Workspace
  readonly hands: Hands
  /** Directories that can be the place of commands. Default: there are none. */
  readonly directories?: DirectoryCalls
  /** The shell over programs of the page's WebContainer. Default: there is none. */
  readonly webcontainers?: WebcontainerHands
  readonly places?: Places
  /** Default: none. */
  readonly network?: Network
  /** Of other workers. Default: there are none. */
  readonly functions?: Functions
  /** Where programs of this session's sandbox are offered. Default: nowhere. */
  readonly offering?: OfferingPrograms
  /** Is told what ended in the session, as parts of traces. Default: nobody is. */
  readonly spans?: (spans: readonly Span[]) => void
  readonly model: () => ModelChoice
  readonly preview: Preview
  readonly clock: Clock
  readonly hash: Hash
  readonly live: (update: LiveUpdate) => void
  readonly shell: ShellTurns
  /** Where the breaker keeps what it knows of addresses. Default: with this worker. */
  readonly circuits?: CircuitStore
  /** What is known of models. Default: with this worker. */
  readonly models?: ModelMemory
  /** How much may be spent before a person is asked. Default: `DEFAULT_LIMITS`. */
  readonly limits?: () => Limits
  /** How strict the guards are. Default: `DEFAULT_GUARDS`. */
  readonly guards?: () => GuardLevels
  /** What finished work is held against. Default: nothing. */
  readonly quality?: () => QualityWish
  /** The model that is asked when nothing else helped. Default: none. */
  readonly stronger?: () => ModelChoice | undefined
  /** What a language's own checker says of the files. Default: nothing is checked. */
  readonly diagnostics?: Diagnostics
  /** What the preview of this session shows. Default: nobody can look. */
  readonly sight?: Sight
  /** What the project's own hooks need. Default: there are none. */
  readonly hooks?: HookPorts
  /** What other sessions spent on a day. Default: known as long as this worker lives. */
  readonly spent?: DaySpending
  /** Rules that outlive a session. Default: there are none. */
  readonly rules?: RuleBook
  /** Default: the platform's. */
  readonly random?: Random
  /** Facts between two snapshots; fewer than by default where sessions are short. */
  readonly snapshotEvery?: number
}

export { shellTurns }

const systemRandom: Random = (bytes) => crypto.getRandomValues(new Uint8Array(bytes))

/** Ports for the core from parts of this platform. */
export function composePorts({
  store,
  circuits = circuitsInMemory(),
  models = modelMemory(),
  rules = noRuleBook(),
  random = systemRandom,
  limits = () => DEFAULT_LIMITS,
  guards = () => DEFAULT_GUARDS,
  quality = () => NO_QUALITY,
  spent = daySpendingInMemory(),
  ...parts
}: Parts): Ports {
  return {
    ...parts,
    log: store,
    snapshots: store.snapshots,
    models,
    limits,
    guards,
    quality,
    spent,
    rules,
    breaker: createBreaker(circuits, { clock: parts.clock, random }),
    text: utf8,
    expression: compileExpression,
    pages: pageReader,
    pictures: shownPicture,
    readCommand: readCommandLine,
    // Comes with the first push.
    readPush: async (body) => (await import('../shell/commands/git/protocol/read-push')).readPush(body),
    random,
    describe: (delta) => changesOf(delta, parts.workspace),
  }
}
