import { fail, type HookEvent, type HookRun, type HooksView, type SessionEvent, type SessionEventMap } from '@tabwright/protocol'
import type { HookTrust } from '../core/hooks/hook-ports'
import { hookReader, type HookReading } from '../core/hooks/project-hooks'

/** What a person looks at before they trust hooks, and after. */
export interface HooksDesk {
  read(facts: () => Promise<readonly SessionEvent[]>): Promise<HooksView>
  /** @param digest of what was shown; undefined: none is trusted any more @throws FailureError `stale` where they are others by now */
  trust(digest: string | undefined): Promise<void>
}

/** Of one session's files. */
export function hooksDesk(reading: HookReading, trust: HookTrust): HooksDesk {
  const find = hookReader(reading)
  return {
    read: async (facts) => {
      const found = await find()
      if (found.type !== 'found') return found
      const trusted = await trust.trusted()
      const runs = newestRuns(await facts())
      return {
        type: 'found',
        digest: found.digest,
        isTrusted: trusted === found.digest,
        isChanged: trusted !== undefined && trusted !== found.digest,
        handlers: found.handlers.map((handler) => {
          const last = runs.get(`${handler.event} ${handler.script}`)
          return { ...handler, ...(last && { last }) }
        }),
        files: found.files.map(({ path, bytes }) => ({
          path,
          text: reading.text.decode(bytes) ?? `[${bytes.length} bytes that are no text]`,
        })),
      }
    },
    trust: async (digest) => {
      const found = await find()
      if (digest !== undefined && (found.type !== 'found' || found.digest !== digest))
        fail('stale', 'The hooks of this project changed since they were shown. Nothing is trusted; look at them again.')
      await trust.trust(digest)
    },
  }
}

const EVENTS: Readonly<Partial<Record<SessionEventMap['guard.answered']['point'], HookEvent>>> = {
  'session-start': 'SessionStart',
  'pre-tool': 'PreToolUse',
  'post-tool': 'PostToolUse',
  'pre-compact': 'PreCompact',
  stop: 'Stop',
  'session-end': 'SessionEnd',
}

function newestRuns(events: readonly SessionEvent[]): ReadonlyMap<string, HookRun> {
  const runs = new Map<string, HookRun>()
  for (const fact of events) {
    const event = fact.type === 'guard.answered' ? EVENTS[fact.data.point] : undefined
    if (fact.type !== 'guard.answered' || event === undefined) continue
    for (const answer of fact.data.answers) {
      if (!answer.hook) continue
      const { ms, failure } = answer.hook
      const words = failure ?? (answer.type === 'pass' ? undefined : answer.reason)
      const run = { at: fact.at, event, ms, said: answer.type, failed: failure !== undefined, ...(words !== undefined && { words }) }
      runs.set(`${event} ${answer.guard}`, run)
    }
  }
  return runs
}
