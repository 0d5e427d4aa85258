import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDraftKeeper } from './draft-keeper'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('typing saves the newest text once a pause', async () => {
  const save = vi.fn(async () => undefined)
  const keeper = createDraftKeeper(save, vi.fn())
  keeper.keep('a')
  keeper.keep('ab')
  await vi.advanceTimersByTimeAsync(300)
  expect(save.mock.calls).toEqual([['ab']])
})

test('an emptied box is saved at once and no older text comes after it', async () => {
  const save = vi.fn(async () => undefined)
  const keeper = createDraftKeeper(save, vi.fn())
  keeper.keep('sent')
  keeper.keep('')
  await vi.advanceTimersByTimeAsync(1000)
  expect(save.mock.calls).toEqual([['']])
})

test('a draft that cannot be kept is reported', async () => {
  const report = vi.fn()
  const keeper = createDraftKeeper(async () => Promise.reject(new Error('full')), report)
  keeper.keep('a')
  keeper.flush()
  await vi.advanceTimersByTimeAsync(0)
  expect(report).toHaveBeenCalledOnce()
})

test('what is being sent is not saved behind it', async () => {
  const save = vi.fn(async () => undefined)
  const keeper = createDraftKeeper(save, vi.fn())
  keeper.keep('sent')
  keeper.forget()
  keeper.flush()
  await vi.advanceTimersByTimeAsync(1000)
  expect(save).not.toHaveBeenCalled()
})
