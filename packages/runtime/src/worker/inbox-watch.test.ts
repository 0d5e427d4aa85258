import { sessionId } from '@tabwright/protocol'
import { answer, stories, text } from '@tabwright/testkit'
import { expect, it } from 'vitest'
import type { Driver } from '../core/driver'
import { watchInbox } from './inbox-watch'

const ID = sessionId('story')
const start = stories()

it('[rule 108] acts on a stop that was posted while nobody wrote before the loop does anything', async () => {
  const s = await start({ script: [answer([text('x')])] })
  await s.store.post(ID, { type: 'stop' })
  const done: string[] = []
  const driver: Driver = {
    wake: () => void done.push('wake'),
    stop: async (taken = []) => {
      done.push('stop')
      await s.journal.write({ facts: [], taken })
    },
    retry: async () => void done.push('retry'),
    online: async () => undefined,
    egress: s.driver.egress,
    toolIdentity: () => undefined,
    leave: async () => undefined,
    stopped: s.driver.stopped,
    failed: (error) => void done.push(String(error)),
    close: () => undefined,
  }
  const hands = { ports: { log: s.store, session: ID }, store: s.store, journal: s.journal, driver, commands: s.commands }
  const watch = watchInbox(
    hands,
    async () => undefined,
    (error) => done.push(String(error)),
  )
  await expect.poll(() => done).toEqual(['stop', 'wake'])
  expect(await s.store.readInbox(ID)).toEqual([])
  watch.close()
})
