import { sessionId, type Attachment } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { readAttached, refusalOf, saveAttached } from './attachments'

const picture: Attachment = { type: 'image', name: 'plan.png', mediaType: 'image/png', data: 'AAAA', width: 1, height: 1 }

it('keeps what is attached with the box, and nothing where nothing is', async () => {
  const kept = new Map<string, string>()
  const drafts = {
    readDraft: async (session: string, kind = 'message') => kept.get(`${session} ${kind}`) ?? '',
    saveDraft: async (session: string, text: string, kind = 'message') => void kept.set(`${session} ${kind}`, text),
  }
  const id = sessionId('s')
  expect(await readAttached(drafts, id)).toEqual([])
  await saveAttached(drafts, id, [picture])
  expect(await readAttached(drafts, id)).toEqual([picture])
  await saveAttached(drafts, id, [])
  expect(kept.get('s attached')).toBe('')
})

it('says of a model that takes no pictures what can be done, and lets texts pass', () => {
  const model = { label: 'Small', refuses: ['image'] } as const
  expect(refusalOf(model, picture)).toBe(
    'Small takes no pictures, so plan.png cannot be sent to it. Choose another model, or describe what matters in it.',
  )
  expect(refusalOf(model, { type: 'text', name: 'a', text: 'b' })).toBeUndefined()
  expect(refusalOf({ label: 'Any' }, picture)).toBeUndefined()
})
