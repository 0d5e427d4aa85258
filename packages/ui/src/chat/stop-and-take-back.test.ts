import { FailureError } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { stopAndTakeBack } from './stop-and-take-back'

const queue = [1, 2, 3].map((n) => ({ n, text: `message ${n}` }))

test('everything that was not delivered is taken back before the stop', async () => {
  const order: string[] = []
  const taken = await stopAndTakeBack({
    queue,
    onWithdraw: (n) => {
      order.push(`withdraw ${n}`)
      return Promise.resolve(n !== 2)
    },
    attachmentsOf: async (n) => [{ type: 'text', name: `of ${n}`, text: '' }],
    onStop: () => order.push('stop'),
  })
  expect(order).toEqual(['withdraw 1', 'withdraw 2', 'withdraw 3', 'stop'])
  expect(taken).toEqual({
    texts: ['message 1', 'message 3'],
    attachments: [
      { type: 'text', name: 'of 1', text: '' },
      { type: 'text', name: 'of 3', text: '' },
    ],
  })
})

test('a message that cannot be taken back is said, what was taken stays, and the stop comes all the same', async () => {
  let stops = 0
  const taken = await stopAndTakeBack({
    queue,
    onWithdraw: (n) =>
      n === 1 ? Promise.resolve(true) : Promise.reject(new FailureError({ code: 'unexpected', message: 'The disk is gone.' })),
    onStop: () => stops++,
  })
  expect(taken).toEqual({ texts: ['message 1'], attachments: [], problem: 'The disk is gone.' })
  expect(stops).toBe(1)
})
