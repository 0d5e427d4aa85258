import { blobHash, FailureError, type FailureCode } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { createReviewList } from './review-list'

const BEFORE = blobHash('a'.repeat(64))
const AFTER = blobHash('b'.repeat(64))
const REVIEWS = new Map([['notes.txt', { before: BEFORE, after: AFTER }]])

const contents = (code: FailureCode): Parameters<typeof createReviewList>[0] => ({
  blob: async (hash) => {
    if (hash === BEFORE) throw new FailureError({ code, message: 'not there' })
    return new TextEncoder().encode('two\n')
  },
})

it('[C23] lists a change whose earlier content is gone from the disk, without counts', async () => {
  const list = createReviewList(contents('not_found'))
  expect(await list(REVIEWS)).toEqual([{ path: 'notes.txt', after: AFTER, status: 'modified', added: 0, removed: 0 }])
})

it('says so when the disk does not answer', async () => {
  await expect(createReviewList(contents('storage_off'))(REVIEWS)).rejects.toThrow('not there')
})
