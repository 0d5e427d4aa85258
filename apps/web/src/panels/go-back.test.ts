import type { HistoryPoint, RestoreOptions, Restored, SessionStatus, UserRow } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { goBackBefore } from './go-back'

const point = (seq: number, more: Partial<HistoryPoint> = {}): HistoryPoint => ({
  seq,
  at: 1,
  cause: 'turn',
  label: '',
  turn: 1,
  filesChangedSince: 0,
  isBorder: true,
  isHidden: false,
  ...more,
})

const row = (seq: number, text: string): UserRow => ({ type: 'user', key: `e${seq}`, text, at: 1, from: 'user' })

function handleOf(
  points: readonly HistoryPoint[],
  prompt: Pick<Restored, 'prompt' | 'promptSeq'>,
  status: SessionStatus = { type: 'idle' },
) {
  const asked: RestoreOptions[] = []
  return {
    asked,
    getScreen: () => ({ status }),
    points: async () => points,
    attachmentsOf: async () => [],
    restore: async (options: RestoreOptions): Promise<Restored> => {
      asked.push(options)
      return { undo: 9, asOf: 9, paths: [], kept: [], ...prompt }
    },
  }
}

test('goes to the newest border before the message, conversation alone, past what is hidden or inside of a turn', async () => {
  const points = [point(2), point(6), point(7, { isHidden: true }), point(8, { isBorder: false }), point(12)]
  const handle = handleOf(points, { prompt: 'fix it', promptSeq: 10 })
  expect(await goBackBefore(handle, row(10, 'fix it'))).toMatchObject({ text: 'fix it', attached: [] })
  expect(handle.asked).toEqual([{ to: 6, scope: 'conversation', keep: [] }])
})

test('a message from the middle of a turn comes back behind the one that the turn began with', async () => {
  const handle = handleOf([point(2)], { prompt: 'fix it', promptSeq: 3 })
  expect((await goBackBefore(handle, row(8, 'and test it'))).text).toBe('fix it\n\nand test it')
})

test('does nothing while the agent works, and where there is no such place', async () => {
  const busy = handleOf([point(2)], { prompt: undefined }, { type: 'running', what: 'Thinking', since: 1 })
  await expect(goBackBefore(busy, row(3, 'x'))).rejects.toThrow('stop it before')
  const none = handleOf([], { prompt: undefined })
  await expect(goBackBefore(none, row(3, 'x'))).rejects.toThrow('cannot go back')
  expect([...busy.asked, ...none.asked]).toEqual([])
})
