import { fail, type BlobHash, type FileEntry, type WorkspaceDelta } from '@tabwright/protocol'
import { checkMessage, decided, resolved, type Answered, type Resolved } from './answers'
import { withoutConflicts } from './landing'
import { postCompaction } from './compaction/ask'
import type { Driver } from './driver'
import { deltaTo, sideBefore } from './history/side'
import type { Fact, Journal } from './journal'
import type { Ports } from './ports'
import type { Reviews } from './reviews'

/** What a person can tell a session. Each resolves when it is durable. */
export interface Commands {
  /** @param id made by whoever sends it: sent again with the same one, it is the same message */
  send(text: string, id?: string): Promise<void>
  /** @param taken inbox rows that this answers; gone with it @throws FailureError `stale` when it was answered already or changed */
  decide(answer: Answered, taken?: readonly number[]): Promise<void>
  /** What becomes of a call whose end is unknown. As `decide`. */
  resolve(answer: Resolved, taken?: readonly number[]): Promise<void>
  /** @throws FailureError `stale` when a file is not as it was shown; nothing is decided then */
  review(reviews: () => Reviews, shown: readonly Shown[], decision: 'accepted' | 'rejected'): Promise<void>
  save(path: string, text: string, base: number): Promise<FileEntry>
  /**
   * Asks for a summary of the conversation so far; it is made as soon as no call is open.
   * @param instructions what to keep in particular
   * @param posted rows of the inbox that ask for it already
   * @throws FailureError `unavailable` for the demo, `bad_input` when there is nothing to summarise
   */
  compact(instructions?: string, posted?: readonly number[]): Promise<void>
  /** Changes that a person made through the terminal. Returns the paths that were not taken because they moved on. */
  keep(delta: WorkspaceDelta): Promise<readonly string[]>
}

/** A pending change as the person saw it. */
export interface Shown {
  readonly path: string
  readonly after: BlobHash | null
}

export function createCommands({ ports, journal, driver }: { ports: Ports; journal: Journal; driver: Driver }): Commands {
  return {
    send: async (text, id) => {
      await ports.log.post(ports.session, { type: 'message', text: checkMessage(text) }, id)
      driver.wake()
    },
    decide: async (answer, taken = []) => {
      await journal.write(async () => ({ facts: [decided(journal.state, answer)], taken }))
      driver.wake()
    },
    resolve: async (answer, taken = []) => {
      await journal.write(async () => ({ facts: [resolved(journal.state, answer)], taken }))
      driver.wake()
    },
    review: (reviews, shown, decision) => review(ports, journal, { shown, reviews, decision }),
    compact: async (instructions, posted = []) => {
      if (posted.length === 0) await postCompaction(ports, journal, instructions)
      driver.wake()
    },
    save: async (path, text, base) => {
      await journal.write(async () => {
        const draft = ports.workspace.draft()
        draft.write(path, ports.text.encode(text), { base })
        return changeEntry(ports, draft.delta(), 'user')
      })
      return ports.workspace.stat(path) ?? fail('unexpected', `${path} was saved but cannot be found.`)
    },
    keep: async (delta) => {
      let lost: readonly string[] = []
      await journal.write(async () => {
        const { kept, dropped } = withoutConflicts(ports, delta)
        lost = dropped
        return changeEntry(ports, kept, 'terminal')
      })
      return lost
    },
  }
}

async function changeEntry(
  ports: Ports,
  delta: WorkspaceDelta,
  by: 'user' | 'terminal',
): Promise<{ facts: Fact[]; files: WorkspaceDelta }> {
  const changes = await ports.describe(delta)
  return { facts: changes.length > 0 ? [{ type: 'workspace.changed', data: { by, changes } }] : [], files: delta }
}

interface Review {
  readonly shown: readonly Shown[]
  readonly reviews: () => Reviews
  readonly decision: 'accepted' | 'rejected'
}

/** Undoing files, noting the decision and telling the agent are one entry. All contents are read before anything is written. */
async function review(ports: Ports, journal: Journal, { shown, reviews, decision }: Review): Promise<void> {
  await journal.write(async () => {
    const now = reviews()
    const moved = shown.filter(({ path, after }) => now.get(path)?.after !== after)
    if (moved.length > 0) {
      fail('stale', `${moved.map(({ path }) => path).join(', ')} changed since it was shown. Nothing was decided; look at it again.`)
    }
    const paths = shown.map(({ path }) => path)
    const facts = paths.map((path): Fact => ({ type: 'review.decided', data: { path, decision } }))
    if (decision === 'accepted' || facts.length === 0) return { facts }
    const rejected = [...now].filter(([path]) => paths.includes(path))
    const files = await deltaTo(ports.workspace, new Map(rejected.map(([path, change]) => [path, sideBefore(change)])))
    const changes = await ports.describe(files)
    return { facts: [...facts, { type: 'workspace.changed', data: { by: 'review', changes } }, toldAgent(paths)], files }
  })
}

function toldAgent(paths: readonly string[]): Fact {
  const list = paths.join(', ')
  const text = `The person reviewed your changes and rejected those to: ${list}. They were undone: the ${paths.length === 1 ? 'file is' : 'files are'} as before your changes. Do not make them again unless asked; read the current content before any further edit.`
  return { type: 'message.user', data: { content: [{ type: 'text', text }], from: 'review' } }
}
