import {
  MAIN_AGENT,
  traceId,
  ulid,
  type Commit,
  type Draft,
  type Mode,
  type PathChange,
  type Random,
  type SessionId,
  type SessionRow,
} from '@tabwright/protocol'
import { planAppend, type AppendPlan } from './append-plan'
import { hashBytes } from './hash-noble'
import { emptyRecord } from './session-record'
import type { LogPorts } from './session-store'

/** A file that a session starts with. */
export interface SeedFile {
  /** Relative to the workspace root. */
  readonly path: string
  readonly text: string
}

/** A session to be made. */
export interface NewSession {
  readonly id: SessionId
  readonly title: string
  readonly project: SessionRow['project']
  /** How much may be done without asking; without one edits are made unasked. */
  readonly mode?: Mode
  readonly files: readonly SeedFile[]
}

/** The first facts of a session and the files that they name, to be written in one transaction. */
export function planSeed(
  session: NewSession,
  ports: LogPorts & { readonly random: Random },
): { readonly plan: AppendPlan; readonly commit: Commit } {
  const at = ports.clock.now()
  const files = session.files.map((file) => changeOf(file, at))
  const trace = traceId(ulid(at, ports.random))
  const opened: Draft = {
    type: 'session.opened',
    data: { title: session.title, project: session.project, ...(session.mode !== undefined && { mode: session.mode }) },
    agent: MAIN_AGENT,
    trace,
  }
  const seeded: Draft = {
    type: 'workspace.changed',
    data: {
      by: 'seed',
      changes: session.files.map(({ path, text }, index) => ({
        path,
        before: null,
        after: files[index]?.after?.hash ?? null,
        added: lines(text),
        removed: 0,
      })),
    },
    agent: MAIN_AGENT,
    trace,
  }
  const commit: Commit = { drafts: files.length > 0 ? [opened, seeded] : [opened], files, durability: 'strict' }
  return { plan: planAppend(emptyRecord({ ...session, at }), commit, { epoch: 0, at, hash: ports.hash }), commit }
}

function changeOf({ path, text }: SeedFile, mtime: number): PathChange {
  const bytes = new TextEncoder().encode(text)
  return { path, before: null, after: { hash: hashBytes(bytes), bytes, mode: 'file', mtime, version: 1 } }
}

function lines(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}
