import { FailureError, sessionId, type Draft, type SessionEvent } from '@tabwright/protocol'
import { memoryLog } from '@tabwright/testkit'
import { expect, it } from 'vitest'
import { createPathFeed } from './path-feed'
import { say } from './tabs-under-test'

const ID = sessionId('path')

interface Shown {
  readonly seqs: number[]
  resets: number
}

/** A page that goes back in a session of four facts while the disk fails so many times. */
async function goBack(
  failures: number,
  code: 'storage_off' | 'damaged' = 'storage_off',
): Promise<{ shown: Shown; said: string[]; due: (() => void)[] }> {
  const store = memoryLog()
  const { epoch } = await store.claim(ID)
  const append = (...drafts: Draft[]): Promise<readonly SessionEvent[]> => store.append(ID, epoch, { drafts, durability: 'relaxed' })
  await append(say('one'), say('two'))
  const { agent, trace } = say('')
  const rewound = await append({ type: 'history.rewound', data: { to: 1, wire: 0 }, agent, trace })
  const later = await append(say('three'))
  const shown: Shown = { seqs: [], resets: 0 }
  const said: string[] = []
  const due: (() => void)[] = []
  let left = failures
  const facts = createPathFeed({
    log: {
      read: (session, from, to) => {
        if (left-- > 0) throw new FailureError({ code, message: 'The disk is away.' })
        return store.read(session, from, to)
      },
    },
    session: ID,
    feed: {
      event: (events) => void shown.seqs.push(...events.map(({ seq }) => seq)),
      past: () => undefined,
      reset: () => {
        shown.seqs.length = 0
        shown.resets++
      },
    },
    rewinds: () => [{ seq: 3, to: 1 }],
    isOpen: () => true,
    anew: () => undefined,
    failed: (error) => void said.push(error instanceof FailureError ? error.failure.code : String(error)),
    timers: {
      after: (_ms, act) => {
        due.push(act)
        return () => undefined
      },
    },
  })
  facts.add(rewound)
  await expect.poll(() => shown.seqs.length + said.length).toBeGreaterThan(0)
  facts.add(later)
  return { shown, said, due }
}

it('shows the conversation anew when it goes back, and what comes after it', async () => {
  const { shown, due } = await goBack(0)
  await expect.poll(() => shown.seqs).toEqual([1, 2, 3, 4])
  expect(due).toEqual([])
})

it('reads the past again when the disk did not answer, with what came meanwhile', async () => {
  const { shown, said, due } = await goBack(1)
  expect(said).toEqual(['storage_off'])
  expect(shown.seqs).toEqual([])
  due[0]?.()
  await expect.poll(() => shown.seqs).toEqual([1, 2, 3, 4])
  expect(shown.resets).toBe(2)
})

it('shows what comes after a past that is damaged', async () => {
  const { shown, said, due } = await goBack(1, 'damaged')
  expect(said).toEqual(['damaged'])
  expect(due).toEqual([])
  expect(shown.seqs).toEqual([4])
})
