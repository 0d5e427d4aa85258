import { EMBEDDED } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { automaticPlace, whyText } from './automatic-place'

const text = (value: unknown): string => JSON.stringify(value)
const NEXT = text({ dependencies: { next: '^15.0.0' } })

it('a session stays in the sandbox unless the project needs more, the person agreed and the page can have it; each time with its reason', () => {
  const all = { isAgreed: true, canHave: true, manifest: NEXT }
  const moved = automaticPlace(all)
  expect(moved).toEqual({ hands: { type: 'webcontainers' }, why: 'needed', need: 'next' })
  expect(whyText(moved)).toBe('the project needs next, which the sandbox lacks')
  expect(automaticPlace({ ...all, manifest: undefined, refused: 'canvas' })).toMatchObject({ why: 'needed', need: 'canvas' })
  expect(automaticPlace({ ...all, manifest: undefined })).toEqual({ hands: EMBEDDED, why: 'fits' })
  expect(automaticPlace({ ...all, isAgreed: false })).toEqual({ hands: EMBEDDED, why: 'not-agreed', need: 'next' })
  expect(automaticPlace({ ...all, canHave: false })).toEqual({ hands: EMBEDDED, why: 'not-here', need: 'next' })
})
