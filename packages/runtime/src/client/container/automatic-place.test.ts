import { EMBEDDED } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { automaticPlace, needOf, whyText } from './automatic-place'

const text = (value: unknown): string => JSON.stringify(value)
const NEXT = text({ dependencies: { next: '^15.0.0' } })

it.each([
  ['no package.json', undefined, undefined],
  ['one that is no JSON', '{ "dependencies": ', undefined],
  ['a list', '[]', undefined],
  ['plain packages', text({ dependencies: { react: '19' }, devDependencies: { vite: '8' } }), undefined],
  ['a framework', NEXT, 'next'],
  ['a package that is compiled', text({ devDependencies: { sharp: '1' } }), 'sharp'],
  ['an older Node', text({ engines: { node: '>=18' } }), undefined],
  ['any Node', text({ engines: { node: '*' } }), undefined],
  ['the Node of the sandbox', text({ engines: { node: '^20.1.0' } }), undefined],
  ['a newer Node', text({ engines: { node: '>= 22.3' } }), 'Node 22'],
  ['a range from an older one on', text({ engines: { node: '18 || >=22' } }), undefined],
])('a project with %s', (_what, manifest, need) => {
  expect(needOf(manifest)).toBe(need)
})

it('a session stays in the sandbox unless the project needs more, the person agreed and the page can have it; each time with its reason', () => {
  const all = { isAgreed: true, canHave: true, manifest: NEXT }
  const moved = automaticPlace(all)
  expect(moved).toEqual({ hands: { type: 'webcontainers' }, why: 'needed', need: 'next' })
  expect(whyText(moved)).toBe('package.json names next, which the sandbox lacks')
  expect(automaticPlace({ ...all, manifest: undefined })).toEqual({ hands: EMBEDDED, why: 'fits' })
  expect(automaticPlace({ ...all, isAgreed: false })).toEqual({ hands: EMBEDDED, why: 'not-agreed', need: 'next' })
  expect(automaticPlace({ ...all, canHave: false })).toEqual({ hands: EMBEDDED, why: 'not-here', need: 'next' })
})
